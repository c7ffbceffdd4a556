"""Errors of the partners stage; the edge turns them into words."""


class UnknownPartner(Exception):
    """No such partner, or none with this token."""


class NamelessPartner(Exception):
    """A name needs at least two letters."""


class WrongEndpoint(Exception):
    """The address must not be called. ``why`` is a plain reason for a log, without the address."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class BrokenSecret(Exception):
    """A partner's stored secret cannot be decrypted with any of our keys."""


class NoEndpoint(Exception):
    """This partner has no webhook address."""
