"""What can be refused in the people stage."""


class NotAllowed(Exception):
    """The person lacks the role, or the training behind it has expired. ``role`` names what is missing."""

    def __init__(self, role: str) -> None:
        super().__init__(role)
        self.role = role


class WrongAddress(Exception):
    """Not a phone number, e-mail address or the like that can be used. The text never holds it."""


class NameTaken(Exception):
    """Somebody already signs in under this name."""


class WeakPassword(Exception):
    """The password is too easy to guess. ``reasons`` are sentences in the person's language."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(f"{len(reasons)} reasons")
        self.reasons = reasons


class WrongInvite(Exception):
    """The link is unknown, was used, or is too old."""


class LastSteward(Exception):
    """Nobody would be left who can look after people and settings."""


class DrillPerson(Exception):
    """People of a drill hold no password, no session and no role outside it."""


class UnknownPerson(Exception):
    """No account has this number."""


class WrongTraining(Exception):
    """A course that lies in the future, or that ends before it began."""
