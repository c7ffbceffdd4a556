"""What can be refused in the alerts stage."""


class SamePerson(Exception):
    """The writer may not approve: another person must."""


class AlreadyDecided(Exception):
    """Somebody else approved, sent back or stopped it in the meantime."""


class TooLate(Exception):
    """The alert has passed its expiry and must be written anew."""


class Superseded(Exception):
    """Something else has been verified since it was written: it no longer says what is known."""


class NothingToSay(Exception):
    """This kind of alert does not fit what is verified now. ``kind`` names it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class TextDoesNotFit(Exception):
    """The words that were added make the text too long."""


class ThirdPersonNeeded(Exception):
    """Whoever wrote or approved a frozen alert may not release it: a third person must."""


class Altered(Exception):
    """The text is not what its template and its facts give, or its signature does not hold."""
