"""Alerts: compose, forecast, approve, enqueue, hold for review, stop, halt, receipts, message check."""
