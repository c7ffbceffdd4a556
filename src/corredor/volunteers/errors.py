"""Errors of the volunteers stage."""

from __future__ import annotations


class NotAccepted(Exception):
    """No group has accepted the volunteer yet, or they have left it."""


class TooManyApplications(Exception):
    """More applications wait for a group's lead than the limit; probable abuse of the form."""
