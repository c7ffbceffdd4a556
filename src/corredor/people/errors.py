"""Errors of the people stage."""


class NotAllowed(Exception):
    """The role is missing, or its training has expired. ``role`` names what is missing."""

    def __init__(self, role: str) -> None:
        super().__init__(role)
        self.role = role


class WrongAddress(Exception):
    """The address is not valid for its kind. The message never contains it."""


class NameTaken(Exception):
    """The sign-in name is taken."""


class WeakPassword(Exception):
    """The password is too easy to guess. ``reasons`` are sentences in the person's language."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(f"{len(reasons)} reasons")
        self.reasons = reasons


class WrongInvite(Exception):
    """The link is unknown, used or expired."""


class LastSteward(Exception):
    """The network would be left without a steward."""


class DrillPerson(Exception):
    """Drill accounts have no password, session or role outside drills."""


class UnknownPerson(Exception):
    """No account has this id."""


class WrongTraining(Exception):
    """The course lies in the future, or expires before it was passed."""
