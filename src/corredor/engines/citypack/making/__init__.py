"""Build a pack from raw files; reading a pack imports nothing from here."""
