"""Derive a walking network from crossings and evidence, for a city without street centre lines."""
