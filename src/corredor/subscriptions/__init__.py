"""Subscriptions: recipients' coverage areas, message kinds, language and contact methods."""
