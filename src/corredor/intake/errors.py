"""What can be refused in the intake stage."""


class EmptyReport(Exception):
    """Nothing was said: no words, no place, no photo."""


class ReportTooLong(Exception):
    """More text than a report may hold. ``limit`` is in characters."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class SeenInFuture(Exception):
    """The time seen lies ahead of the time received."""


class UnknownTrackingCode(Exception):
    """No report has this receipt code, or it has been erased."""


class AlreadyWithdrawn(Exception):
    """The sender has withdrawn this report; nothing more is kept with it."""
