"""What can be refused in the subscriptions stage."""


class NowhereChosen(Exception):
    """No area and no circle: there would be nothing to warn of."""


class TooWide(Exception):
    """The circle is wider than a subscription may be. ``limit_m`` says how wide."""

    def __init__(self, limit_m: int) -> None:
        super().__init__(limit_m)
        self.limit_m = limit_m


class WrongCode(Exception):
    """The code or link is not the one that was sent, or it is no longer valid."""


class TooManyTries(Exception):
    """The code was guessed at too often; ask for a new one."""


class UnknownSubscription(Exception):
    """No subscription has this link; it may have been erased already."""


class Suppressed(Exception):
    """This address has said STOP. Only its owner can undo that, by START or INICIO."""


class TooManyAsk(Exception):
    """More people than ever sign up by text or call; each question costs, so for the moment nobody is asked."""


class CodeNeeded(Exception):
    """Several different subscriptions wait at this address; a plain yes does not say to which."""


class ChannelIsOff(Exception):
    """Nobody can be told by this way now: no steward has turned a channel of it on."""
