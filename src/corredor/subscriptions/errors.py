"""Errors of the subscriptions stage."""


class NoPlaceChosen(Exception):
    """No area and no circle: the coverage area would be empty."""


class TooWide(Exception):
    """The circle is wider than ``limit_m`` metres."""

    def __init__(self, limit_m: int) -> None:
        super().__init__(limit_m)
        self.limit_m = limit_m


class WrongCode(Exception):
    """The code or link is wrong or no longer valid."""


class TooManyTries(Exception):
    """Too many wrong codes; a new one must be requested."""


class UnknownSubscription(Exception):
    """No subscription has this token; it may have been erased."""


class Suppressed(Exception):
    """The address is on the suppression list. Only its owner can lift that, by START or INICIO."""


class TooManyOptInRequests(Exception):
    """Rate limit on opt-in requests by SMS and call, which cost money: none is sent for now."""


class CodeNeeded(Exception):
    """Several different subscriptions are pending at this address; a plain YES does not select one."""


class ChannelIsOff(Exception):
    """The channel is off: no steward has routed it to a provider."""
