"""Who wants to be warned of what, where, in which language and by which ways."""
