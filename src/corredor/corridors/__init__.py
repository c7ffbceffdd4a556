"""Walking corridors of schools: plans and posts, assignments, dismissals, and counts of children without names."""
