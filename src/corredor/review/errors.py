"""What can be refused in the review stage."""


class DrillAlreadyRunning(Exception):
    """A drill is being played already; there is only one at a time."""


class NoDrillRunning(Exception):
    """There is no drill to stop."""
