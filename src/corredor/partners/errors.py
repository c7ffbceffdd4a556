"""What can be wrong with a partner, in small classes; the edge turns them into words."""


class UnknownPartner(Exception):
    """No such partner, or none that opens with this token."""


class NamelessPartner(Exception):
    """A name needs at least two letters."""


class WrongEndpoint(Exception):
    """No address that may be called. ``why`` says it in plain words for a log, without the address."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class BrokenSecret(Exception):
    """What is kept of a partner's secret does not open with any key of ours."""


class NoEndpoint(Exception):
    """This partner has no address that is called."""
