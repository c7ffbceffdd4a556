"""Sending processes: workers, broker, heartbeats, leader lease, wake-up, database retries."""
