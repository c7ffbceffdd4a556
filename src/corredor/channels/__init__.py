"""Channels: each turns a frozen Message into a frozen Outcome, without database access."""
