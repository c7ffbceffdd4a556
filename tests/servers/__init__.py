"""Real servers that tests talk to: reached when they run, else started from their installed binaries."""
