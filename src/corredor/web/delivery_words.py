"""Result codes of senders and providers in plain words, for the desk and the steward's pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

_OUR_CODES: dict[str, str | Promise] = {
    "ERASED": gettext_lazy("the person had left before it went out"),
    "HELD": gettext_lazy("held back by the freeze"),
    "NULL": gettext_lazy("the channel is off"),
    "CONSOLE": gettext_lazy("written on the server's screen"),
    "DRILL_SINK": gettext_lazy("kept inside the drill"),
    "NOT_CONFIGURED": gettext_lazy("a setting of the channel is missing"),
    "CHANNEL_FAULT": gettext_lazy("our own program stumbled; it tries again"),
    "NOT_TEXT": gettext_lazy("the text holds signs that cannot be sent"),
    "TOO_LONG": gettext_lazy("the text is too long for this way"),
    "BAD_ADDRESS": gettext_lazy("this is no address"),
    "REDIRECT": gettext_lazy("the provider pointed elsewhere, which we do not follow"),
    "SMTPUTF8": gettext_lazy("the mail server cannot write this address"),
    "PRIVATE_ADDRESS": gettext_lazy("it led into a private network, which we never call"),
    "CANNOT_RESOLVE": gettext_lazy("the provider's name was not found"),
    "CANNOT_CONNECT": gettext_lazy("the provider did not answer"),
    "TLS_FAILED": gettext_lazy("the provider's certificate is wrong"),
    "TIMED_OUT": gettext_lazy("no answer in time; it may have arrived"),
    "BROKEN_REPLY": gettext_lazy("an answer that cannot be read; it may have arrived"),
    "CLOSED": gettext_lazy("the connection broke; it may have arrived"),
    "ORIGIN_RESTING": gettext_lazy("the provider fails just now; we wait and try again"),
    "SUBSCRIPTION_NOT_JSON": gettext_lazy("the browser's address is broken"),
    "SUBSCRIPTION_TOO_LONG": gettext_lazy("the browser's address is broken"),
    "ENDPOINT_NOT_A_URL": gettext_lazy("the browser's address is broken"),
}
_ANSWERS: dict[str, str | Promise] = {
    "250": gettext_lazy("taken by the mail server"),
    "400": gettext_lazy("refused: the request was not understood"),
    "401": gettext_lazy("refused: our account or key is wrong"),
    "403": gettext_lazy("refused: not allowed to us"),
    "404": gettext_lazy("the address no longer exists"),
    "408": gettext_lazy("the provider was too slow"),
    "410": gettext_lazy("the address no longer exists"),
    "413": gettext_lazy("refused: too large"),
    "429": gettext_lazy("too many at once for the provider; we wait and try again"),
    "550": gettext_lazy("the mailbox does not exist"),
    "21211": gettext_lazy("no valid telephone number"),
    "21610": gettext_lazy("the person told the carrier STOP"),
    "21614": gettext_lazy("no mobile number"),
    "30001": gettext_lazy("the provider's queue is full"),
    "30003": gettext_lazy("the phone is switched off or out of reach"),
    "30004": gettext_lazy("blocked by the carrier or the person"),
    "30005": gettext_lazy("the number is no longer in service"),
    "30006": gettext_lazy("a landline, or a carrier that cannot be reached"),
    "30007": gettext_lazy("the carrier took it for spam"),
    "30034": gettext_lazy("our number is not registered with the carriers"),
}


def say_code(code: str) -> str:
    """Return a code in words; an unknown code is returned unchanged."""
    if not code:
        return ""
    if known := _OUR_CODES.get(code) or _ANSWERS.get(code):
        return str(known)
    if code.isdigit() and len(code) == 3 and code[0] == "2":
        return _("taken by the provider")
    if code.isdigit() and len(code) == 3 and code[0] == "5":
        return _("a fault at the provider (%(code)s)") % {"code": code}
    return _("the provider's code %(code)s") % {"code": code}


def say_seconds(seconds: float) -> str:
    """Return a duration in short form for tables: "under 1 s", "12 s", "4 min 10 s", "2 h 5 min"."""
    if seconds < 1:
        return _("under 1 s")
    whole = round(seconds)
    if whole < 60:
        return _("%(seconds)d s") % {"seconds": whole}
    if whole < 3600:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": whole // 60, "seconds": whole % 60}
    return _("%(hours)d h %(minutes)d min") % {"hours": whole // 3600, "minutes": whole % 3600 // 60}


def say_cost(cost: float | None, currency: str) -> str:
    """Return an amount with its currency; empty if no price is known."""
    if cost is None:
        return ""
    return f"{cost:,.2f} {currency}" if cost >= 0.01 or cost == 0 else f"< 0.01 {currency}"


def say_pace(per_s: float, *, is_text: bool) -> str:
    """Return a rate per second, or per minute if it is below one per second."""
    count = per_s if per_s >= 1 else per_s * 60
    shown = f"{count:,.0f}" if count >= 10 else f"{count:.1f}".removesuffix(".0")
    if is_text:
        words = ngettext("%(count)s part a second", "%(count)s parts a second", round(count))
        slow = ngettext("%(count)s part a minute", "%(count)s parts a minute", round(count))
    else:
        words = ngettext("%(count)s message a second", "%(count)s messages a second", round(count))
        slow = ngettext("%(count)s message a minute", "%(count)s messages a minute", round(count))
    return (words if per_s >= 1 else slow) % {"count": shown}
