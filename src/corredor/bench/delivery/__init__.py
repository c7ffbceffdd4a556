"""Benches of the send path: matching, encryption, fan-out, forecast, SMS, and recovery from killed processes."""
