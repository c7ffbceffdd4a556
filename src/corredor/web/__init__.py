"""Pages for people, one folder for each audience."""
