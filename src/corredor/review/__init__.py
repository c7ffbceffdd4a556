"""What happened and how well: measures of a drill or a day."""
