"""What is happening: reports joined to one event, its path, its verification and its timeline."""
