"""Subscriptions: sign up, double opt-in, preferences, unsubscribe."""
