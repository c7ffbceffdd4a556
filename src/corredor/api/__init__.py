"""What other machines read from us: versioned JSON and feeds."""
