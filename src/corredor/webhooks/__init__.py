"""Inbound webhooks: messages from people, delivery receipts, and partners' reports."""
