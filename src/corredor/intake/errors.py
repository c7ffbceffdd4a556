"""Errors of the intake stage."""


class EmptyReport(Exception):
    """The report is empty: no text, no place, no photo."""


class ReportTooLong(Exception):
    """The text exceeds ``limit`` characters."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class SeenInFuture(Exception):
    """The sighting time is later than the time of receipt."""


class UnknownTrackingCode(Exception):
    """No report has this tracking code, or it has been erased."""


class AlreadyWithdrawn(Exception):
    """The sender has withdrawn this report; no note is added to it."""
