"""What protects an alert's words: they follow from their template, and the network's signature is under them.

A tampered database gives neither: the key lies outside it, and so do the templates.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from corredor.engines import signing
from corredor.engines.smstext import to_gsm7
from corredor.kit import languages
from corredor.kit.ids import ALPHABET

from .models import Alert, AlertText, Fingerprint, Signature
from .queries import get_texts
from .signing_keys import list_public_keys
from .wording import NoWordingFits, fill

FORMAT = "corredor-alert-1"
# What was found sound word by word: a fan-out asks for each few hundred people again. Any change is another proof.
_found_sound: set[tuple[object, ...]] = set()
_KEPT = 64
_LENGTHS = ("title", "short", "standard", "long")
_VERSION = re.compile(r"v[0-9]{1,4}")
# Our own shape and no letter more: whatever hangs on a link is read as words, however it is joined to it.
_LINK = re.compile(rf"https?://[^\s/]+/a/[{ALPHABET}]{{10}}(?![^\W_])", re.IGNORECASE)
_MUTE = frozenset("$+<=>^`|´¨")  # signs that text messages write otherwise; not the ~ with which apps strike out
_TURNS_ROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def follows_from_template(alert: Alert) -> bool:
    """Whether every stored text is, letter by letter, what the alert's template and slots give."""
    texts = get_texts(alert_id=alert.pk)
    if set(texts) != set(alert.slots) or languages.SOURCE not in texts:
        return False
    return all(_is_as_filled(alert, language, text) for language, text in texts.items())


def sign_alert(*, alert: Alert, now: datetime) -> None:
    """Sign an approved alert and keep the digests by which its words are found again."""
    texts = get_texts(alert_id=alert.pk)
    text = signing.write_canonical(describe(alert, texts, network=settings.BASE_URL))
    public = signing.public_of(settings.SIGNING_KEY)
    Signature.objects.update_or_create(
        alert=alert,
        defaults={
            "network": settings.BASE_URL,
            "key": signing.name_key(public),
            "signature": signing.sign(text, seed=settings.SIGNING_KEY),
            "signed_at": now,
        },
    )
    forms = {digest_words(form) for row in texts.values() for form in _list_forms(row)}
    Fingerprint.objects.bulk_create(
        (Fingerprint(alert=alert, digest=digest) for digest in forms), ignore_conflicts=True
    )


def is_sound(alert: Alert) -> bool:
    """Whether an approved alert may be sent: its words follow from their template and the signature holds."""
    signed = Signature.objects.filter(alert=alert).first()
    texts = get_texts(alert_id=alert.pk)
    if signed is None or set(texts) != set(alert.slots):
        return False
    text = signing.write_canonical(describe(alert, texts, network=signed.network))
    filled_with = json.dumps([alert.kind, alert.template_version, alert.is_drill, alert.slots], sort_keys=True)
    key = next((key for key in list_public_keys() if key.name == signed.key), None)
    if key is None or (key.until is not None and alert.approved_at is not None and alert.approved_at > key.until):
        return False  # whoever has a copy of a key that was replaced signs nothing more with it
    proof = (alert.pk, text, filled_with, signed.key, signed.signature)
    if proof in _found_sound:
        return True
    if not (signing.is_signed(text, signed.signature, public=key.public) and follows_from_template(alert)):
        return False
    if len(_found_sound) >= _KEPT:
        _found_sound.clear()
    _found_sound.add(proof)
    return True


def describe(alert: Alert, texts: Mapping[str, AlertText], *, network: str) -> dict[str, Any]:
    """What is signed: everything that reaches people, and nothing else. docs/signed-alerts.md is its format."""
    assert alert.approved_at is not None, "only approved alerts are signed"
    return {
        "format": FORMAT,
        "network": network,
        "alert": alert.slug,
        "kind": alert.kind,
        "drill": alert.is_drill,
        "approved_at": alert.approved_at.astimezone(UTC).isoformat(timespec="seconds"),
        "texts": {code: {length: getattr(texts[code], length) for length in _LENGTHS} for code in sorted(texts)},
    }


def find_alert_ids(words: str) -> list[int]:
    """Alerts one of whose forms has exactly these words, whatever their accents, signs, blanks and links."""
    rows = Fingerprint.objects.filter(digest=digest_words(words)).order_by("-alert_id")
    return list(rows.values_list("alert_id", flat=True)[:20])


def digest_words(text: str) -> str:
    """The digest of a text's letters."""
    return hashlib.sha256(read_letters(text).encode()).hexdigest()[:32]


def read_letters(text: str) -> str:
    """Letters and digits without accents, blanks, punctuation and our link: a text message writes fewer signs.

    Every other sign stays: letters in boxes, words struck out, turned round or hidden say something of their own.
    """
    return "".join(map(_read, unicodedata.normalize("NFC", _LINK.sub(" ", text))))


def _read(sign: str) -> str:
    if sign.isalnum():
        return "".join(c for c in unicodedata.normalize("NFKD", sign).casefold() if c.isalnum())
    is_silent = sign.isspace() or sign in _MUTE or unicodedata.category(sign)[0] in "CPZ"
    return "" if is_silent and sign not in _TURNS_ROUND else sign


def _list_forms(text: AlertText) -> Iterable[str]:
    """As people copy them: a text alone, or a notification with its title."""
    for body in (text.short, text.standard, text.long):
        for form in (body, f"{text.title} {body}"):
            yield from (form, to_gsm7(form))


def _is_as_filled(alert: Alert, language: str, text: AlertText) -> bool:
    slots = alert.slots.get(language, {})
    if slots.get("link", "").rpartition("/")[2] != alert.slug or not _VERSION.fullmatch(alert.template_version):
        return False
    try:
        words = fill(
            kind=alert.kind, language=language, slots=slots, is_drill=alert.is_drill, version=alert.template_version
        )
    except (KeyError, OSError, NoWordingFits, ValueError, AttributeError):
        return False  # no such template, or a slot that is no slot
    return all(getattr(words, length) == getattr(text, length) for length in _LENGTHS)
