"""Check message: does a pasted message match one of our signed alerts, word for word?

Reads alerts and the public view of incidents. Writes nothing. Called by the public page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings

from corredor.alerts.integrity import describe, find_alert_ids, is_authentic, normalise_letters
from corredor.alerts.models import Alert, AlertText, Signature
from corredor.engines import signing
from corredor.flows.publish.view import NothingPublic, PublicAlert, PublicIncident, public_alert
from corredor.kit.ids import ALPHABET

LONGEST = 3000  # twice the longest alert
_CODE = re.compile(rf"(?<![a-z0-9])[{ALPHABET.lower()}]{{10}}(?![a-z0-9])")
_LINK = re.compile(r"(?:https?://\S+|www\.\S+|(?<![\w@])(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?/\S*)", re.IGNORECASE)
_LEAST_LETTERS = 40  # minimum length of an excerpt that identifies a message
_ENOUGH_CODES = 5
_NOT_LETTERS = 12  # maximum text around a bare code, such as "codigo:"


class Verdict(StrEnum):
    """Result of the check."""

    OURS = "OURS"  # exact words, or a code alone
    CHANGED = "CHANGED"  # our code, other words
    FOREIGN_LINK = "FOREIGN_LINK"  # a link to another host, whatever the words
    UNKNOWN = "UNKNOWN"  # no alert of ours matches


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict, with the matching alert and its incident as the public may see them."""

    verdict: Verdict
    alert: PublicAlert | None = None
    incident: PublicIncident | None = None
    by_code: bool = False  # only a code, no words to compare


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed text, its signature in base64, and the name of the key."""

    text: str
    signature: str
    key: str


def check_message(*, text: str, now: datetime) -> Checked:
    """Match pasted text with sent alerts: by its words, else by a code or link in it."""
    text = text[:LONGEST]
    is_foreign = any(_leads_elsewhere(link) for link in _LINK.findall(text))
    exact = _first_sound(find_alert_ids(text), now)
    if exact is not None:
        return Checked(Verdict.FOREIGN_LINK if is_foreign else Verdict.OURS, *exact)
    if is_foreign:
        return Checked(Verdict.FOREIGN_LINK)
    for code in _CODE.findall(text.lower())[:_ENOUGH_CODES]:
        alert = Alert.objects.filter(slug=code).first()
        found = _show(alert, now) if alert else None
        if alert is None or found is None:
            continue
        letters = normalise_letters(text).replace(code, "")
        if len(letters) <= _NOT_LETTERS:
            return Checked(Verdict.OURS, *found, by_code=True)
        return Checked(Verdict.OURS if _is_part_of(letters, alert) else Verdict.CHANGED, *found)
    return Checked(Verdict.UNKNOWN)


def get_signed(*, slug: str) -> Signed:
    """Return the signature data of one alert, for offline verification. Raise NothingPublic."""
    signed = Signature.objects.select_related("alert").filter(alert__slug=slug).first()
    if signed is None or not is_authentic(signed.alert):
        raise NothingPublic
    texts = {text.language: text for text in AlertText.objects.filter(alert=signed.alert)}
    content = describe(signed.alert, texts, network=signed.network)
    return Signed(signing.write_canonical(content), signed.signature, signed.key)


def _first_sound(alert_ids: list[int], now: datetime) -> tuple[PublicAlert, PublicIncident] | None:
    for alert in Alert.objects.filter(pk__in=alert_ids).order_by("-approved_at"):
        if found := _show(alert, now):
            return found
    return None


def _show(alert: Alert, now: datetime) -> tuple[PublicAlert, PublicIncident] | None:
    """Return the public view of an alert; None unless it was approved and its signature is valid."""
    try:
        shown = public_alert(slug=alert.slug, now=now)
    except NothingPublic:
        return None
    return shown if is_authentic(alert) else None


def _is_part_of(letters: str, alert: Alert) -> bool:
    """Return whether these letters are a long enough beginning of the alert's text. From the first letter on, because
    "do not go there" without its beginning says "go there".
    """
    if len(letters) < _LEAST_LETTERS:
        return False
    for text in AlertText.objects.filter(alert=alert):
        for form in (text.short, text.standard, text.long):
            if any(normalise_letters(whole).startswith(letters) for whole in (form, f"{text.title} {form}")):
                return True
    return False


def _leads_elsewhere(link: str) -> bool:
    """Return whether a link's host is not ours. Parsed as browsers do, user names before @ included."""
    link = link.rstrip(".,;:!?)]}>\"'”»")
    if not link.lower().startswith(("http://", "https://")):
        link = f"https://{link}"
    try:
        return urlsplit(link).netloc.lower() != urlsplit(settings.BASE_URL).netloc.lower()
    except ValueError:
        return True
