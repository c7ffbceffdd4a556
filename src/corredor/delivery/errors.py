"""Errors of the delivery stage."""


class SendingHalted(Exception):
    """The halt (kill switch) is on: nothing is sent until a steward or approver ends it."""
