"""Classifies anticipated errors and holds the message for each."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from corredor.people.errors import NotAllowed

RETRY_S = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault, with advice for the user."""

    code: str
    status: int
    title: str | Promise
    words: str | Promise
    retry_after_s: int | None = None
    is_ours: bool = False  # log at once


_TRY_AGAIN = _("What you sent was not saved. Go back: it is still in the form. Wait a moment and send it again.")
BUSY = Fault("BUSY", 503, _("We are very busy right now"), _TRY_AGAIN, RETRY_S, is_ours=True)
NO_DATABASE = Fault("NO_DATABASE", 503, _("We cannot save anything right now"), _TRY_AGAIN, RETRY_S, is_ours=True)
FULL = Fault(
    "FULL",
    507,
    _("We cannot save anything right now"),
    _("Our disk is full. What you sent was not saved. Go back: it is still in the form. Please call us."),
    is_ours=True,
)
TOO_LARGE = Fault(
    "TOO_LARGE",
    413,
    _("That is too much at once"),
    _("What you sent is too large and was not saved. Go back, make it shorter or send fewer photos."),
)
WRONG_ENCODING = Fault(
    "WRONG_ENCODING",
    400,
    _("We could not read that"),
    _("What arrived holds characters that we cannot read, and was not saved. Go back and type it again."),
)
BAD_REQUEST = Fault(
    "BAD_REQUEST",
    400,
    _("We could not read that"),
    _("What arrived was incomplete, and was not saved. Go back and send it again."),
)
STALE_FORM = Fault(
    "STALE_FORM",
    403,
    _("This page was open too long"),
    _("It was not sent. Go back, reload the page, and send it again. Cookies must be allowed for this page."),
)
NO_ROLE = Fault(
    "NO_ROLE",
    403,
    _("You cannot do this yet"),
    _("It takes a role that you do not hold, or the training for it has run out. A steward can help."),
)
NOT_ALLOWED = Fault("NOT_ALLOWED", 403, _("This page is not open to you"), _("Nothing was changed."))
NOT_FOUND = Fault(
    "NOT_FOUND",
    404,
    _("There is no such page"),
    _("The address may be mistyped, or what was here is over and erased."),
)
TOO_MANY = Fault(
    "TOO_MANY",
    429,
    _("Too many tries"),
    _("For safety there is a pause now. Wait a few minutes and try again."),
    retry_after_s=60,
)
BROKEN = Fault(
    "BROKEN",
    500,
    _("Something went wrong on our side"),
    _("It has been noted. Go back and try again. If you were reporting something, please also call us."),
    is_ours=True,
)

# SQLite names its errors; PostgreSQL uses five-character codes (its manual, appendix A).
_SQLITE = {
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": NO_DATABASE,
    "SQLITE_CANTOPEN": NO_DATABASE,
    "SQLITE_READONLY": NO_DATABASE,
    "SQLITE_NOTADB": NO_DATABASE,
    "SQLITE_CORRUPT": NO_DATABASE,
}
_POSTGRES = {"55P03": BUSY, "40P01": BUSY, "40001": BUSY, "53300": BUSY, "53100": FULL}
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def find_fault(error: BaseException) -> Fault | None:
    """Return the fault of an error or of its cause; None if it is not anticipated."""
    seen: BaseException | None = error
    while seen is not None:
        if fault := _name_one(seen):
            return fault
        seen = seen.__cause__
    return None


def _name_one(error: BaseException) -> Fault | None:
    if isinstance(error, (OperationalError, InterfaceError)):
        return _name_database_fault(error)
    if isinstance(error, OSError):
        return FULL if error.errno in _DISK else None
    if isinstance(error, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return TOO_LARGE
    if isinstance(error, UnicodeError) or (isinstance(error, ValueError) and "NUL (0x00)" in str(error)):
        return WRONG_ENCODING
    if isinstance(error, (BadRequest, DisallowedHost)):
        return BAD_REQUEST
    return NO_ROLE if isinstance(error, NotAllowed) else None


def _name_database_fault(error: BaseException) -> Fault | None:
    cause = error.__cause__
    name = getattr(cause, "sqlite_errorname", "") or ""
    if name:
        return next((fault for start, fault in _SQLITE.items() if name.startswith(start)), None)
    state = getattr(cause, "sqlstate", None)
    if state is None or state.startswith(("08", "57P")):  # cannot connect, or the server is stopping
        return NO_DATABASE
    return _POSTGRES.get(state)
