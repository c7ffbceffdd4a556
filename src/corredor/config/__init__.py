"""Settings, one file per concern, read from the environment and from files outside the repository."""
