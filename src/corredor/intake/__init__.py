"""Reports exactly as received, never edited."""
