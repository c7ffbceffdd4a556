"""Server processes: the web server, and the supervisor of sender processes."""
