"""Pages for anyone: no account, no cookie, no script needed."""
