"""Pages of schools: the lead's day on a phone, posts, parents, the printed sheet, and the overview of all schools."""
