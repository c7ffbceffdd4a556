"""The queue's operations on rows: claim, build messages, settle, release, cancel, text fallback."""
