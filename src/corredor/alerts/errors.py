"""Errors of the alerts stage."""


class SamePerson(Exception):
    """The author may not approve: another person must."""


class AlreadyDecided(Exception):
    """Somebody else approved, rejected or stopped the alert in the meantime."""


class TooLate(Exception):
    """The alert has passed its expiry and must be rewritten."""


class Superseded(Exception):
    """A later verification has a different outcome: the alert no longer states what is known."""


class NothingToSay(Exception):
    """This kind of alert does not fit the latest verification. ``kind`` names it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class TextDoesNotFit(Exception):
    """The author's free text makes the message too long."""


class ThirdPersonNeeded(Exception):
    """The author or approver of a held alert may not release it: a third person must."""


class Altered(Exception):
    """The text does not match its template and template values, or its signature is invalid."""
