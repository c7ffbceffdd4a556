"""Public read API for machines: versioned JSON and feeds."""
