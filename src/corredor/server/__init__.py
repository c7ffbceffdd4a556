"""Server processes: the supervisor, the pages with their limits, and the senders' wake-ups."""
