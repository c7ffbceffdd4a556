"""Walking corridors of schools: plans and their posts, who stands where, each day's course, counts without names."""
