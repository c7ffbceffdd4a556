"""Bench of the public snapshot served by the real web server."""
