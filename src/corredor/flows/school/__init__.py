"""Schools: set-up, plans, roster, dismissal days, followers, SMS commands."""
