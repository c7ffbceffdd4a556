"""Publication: the public view as static files, feeds, CAP messages and partner events."""
