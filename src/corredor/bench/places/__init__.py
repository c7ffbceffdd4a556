"""Benches of the geocoder and of the walking network."""
