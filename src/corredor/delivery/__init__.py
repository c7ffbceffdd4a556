"""One row for each person and channel: claimed, sent, settled, retried."""
