"""Review: measures of a drill or of a day's work."""
