"""Operation of a server: background jobs, repair, retention, exposure report, self-check."""
