"""Readers of raw files: streets from crossings, OpenStreetMap or centre lines; areas, places, base layers."""
