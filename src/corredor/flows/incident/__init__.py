"""Incidents: open, claim, join reports, verify, follow, close."""
