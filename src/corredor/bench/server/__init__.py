"""Benches of the real web server: the public snapshot, and other visits beside crowds and slow visitors."""
