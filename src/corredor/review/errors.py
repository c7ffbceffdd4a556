"""Errors of the review stage."""


class DrillAlreadyRunning(Exception):
    """A drill is already running; one at a time."""


class NoDrillRunning(Exception):
    """No drill is running."""
