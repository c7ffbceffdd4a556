"""Reports exactly as they were received, never edited."""
