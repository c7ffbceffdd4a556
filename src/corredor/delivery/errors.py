"""What can be refused in the delivery stage."""


class SendingHalted(Exception):
    """The kill switch is on: nothing leaves until a steward or approver ends it."""
