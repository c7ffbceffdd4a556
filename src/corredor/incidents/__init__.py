"""Incidents: reports joined to one event, its path, verifications and timeline."""
