"""HTTP client for every channel: many concurrent requests, to checked addresses, with hard limits."""

from .guard import AddressGuard, PrivateAddress, is_public
from .lane import Limits
from .poster import Poster
from .reply import Fault, Reply, retry_after_s
from .request import BadUrl, Origin, Request, parse_url

__all__ = [
    "AddressGuard",
    "BadUrl",
    "Fault",
    "Limits",
    "Origin",
    "Poster",
    "PrivateAddress",
    "Reply",
    "Request",
    "is_public",
    "parse_url",
    "retry_after_s",
]
