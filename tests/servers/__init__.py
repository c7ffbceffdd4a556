"""Real servers for tests: used if running, else started from their installed binaries."""
