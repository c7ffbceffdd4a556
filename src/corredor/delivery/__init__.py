"""The send queue: one row per recipient and channel, claimed, sent, settled and retried with backoff."""
