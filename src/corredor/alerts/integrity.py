"""Integrity of alert texts: each must follow from its template and carry the network's signature.

A tampered database has neither: the signing key and the templates are outside it.
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
from corredor.kit.ids import ALPHABET
from corredor.kit.languages import CODES

from .errors import Altered
from .models import Alert, AlertText, Fingerprint, Signature
from .queries import get_texts
from .signing_keys import list_public_keys
from .wording import NoWordingFits, fill

FORMAT = "corredor-alert-1"
# Cache of verified alerts: a fan-out checks the same alert again for every batch. Any change gives another key.
_verified: set[tuple[object, ...]] = set()
_CACHE_SIZE = 64
_LENGTHS = ("title", "short", "standard", "long")
_VERSION = re.compile(r"v[0-9]{1,4}")
# Only our own link shape: any text attached to a link is compared as words, however it is joined to it.
_LINK = re.compile(rf"https?://[^\s/]+/a/[{ALPHABET}]{{10}}(?![^\W_])", re.IGNORECASE)
_CHANGED_BY_SMS = frozenset("$+<=>^`|´¨")  # replaced in SMS encoding; not ~, which apps use for strike-through
_BIDI_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def follows_from_template(alert: Alert) -> bool:
    """Return whether an unsigned alert is complete and unchanged: exactly the installed languages, each as rendered."""
    texts = get_texts(alert)
    return set(texts) == set(CODES) and _match_templates(alert, texts)


def sign_alert(*, alert: Alert, now: datetime) -> None:
    """Sign an approved alert and store the digests by which its words are found.

    Raises Altered unless the alert has exactly the installed languages: the signature then proves that it had.
    """
    texts = get_texts(alert)
    if set(texts) != set(CODES):
        raise Altered
    text = signing.write_canonical(describe(alert, texts, network=settings.BASE_URL))
    public = signing.derive_public_key(settings.SIGNING_KEY)
    signature = Signature(
        alert=alert,
        network=settings.BASE_URL,
        key=signing.key_id(public),
        signature=signing.sign(text, seed=settings.SIGNING_KEY),
        signed_at=now,
    )
    Signature.objects.bulk_create(
        [signature],
        update_conflicts=True,
        unique_fields=["alert"],
        update_fields=["network", "key", "signature", "signed_at"],
    )
    forms = {digest_words(form) for row in texts.values() for form in _list_forms(row)}
    Fingerprint.objects.bulk_create(
        (Fingerprint(alert=alert, digest=digest) for digest in forms), ignore_conflicts=True
    )


def is_authentic(alert: Alert) -> bool:
    """Return whether an approved alert may be sent: its texts follow from the template and the signature is valid.

    The signature covers the set of languages, which was that of the program when it was signed: a text that is
    removed or added since breaks it, and a language that the program has learnt since does not.
    """
    signed = Signature.objects.filter(alert=alert).first()
    texts = get_texts(alert)
    if signed is None:
        return False
    text = signing.write_canonical(describe(alert, texts, network=signed.network))
    filled_with = json.dumps([alert.kind, alert.template_version, alert.is_drill, alert.slots], sort_keys=True)
    key = next((key for key in list_public_keys() if key.name == signed.key), None)
    if key is None or (key.until is not None and alert.approved_at is not None and alert.approved_at > key.until):
        return False  # a copy of a replaced private key signs nothing after its replacement
    proof = (alert.pk, text, filled_with, signed.key, signed.signature)
    if proof in _verified:
        return True
    if not (signing.is_signed(text, signed.signature, public=key.public) and _match_templates(alert, texts)):
        return False
    if len(_verified) >= _CACHE_SIZE:
        _verified.clear()
    _verified.add(proof)
    return True


def describe(alert: Alert, texts: Mapping[str, AlertText], *, network: str) -> dict[str, Any]:
    """Return the signed content: everything that reaches people, nothing else. Format: docs/signed-alerts.md."""
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
    """Return ids of alerts with exactly these words, ignoring accents, punctuation, whitespace and our links."""
    rows = Fingerprint.objects.filter(digest=digest_words(words)).order_by("-alert_id")
    return list(rows.values_list("alert_id", flat=True)[:20])


def digest_words(text: str) -> str:
    """Return the SHA-256 of a text's letters, 32 hex digits."""
    return hashlib.sha256(normalise_letters(text).encode()).hexdigest()[:32]


def normalise_letters(text: str) -> str:
    """Return letters and digits without accents, whitespace, punctuation and our link: SMS drops some of these.

    Every other symbol stays: boxed, struck out, reversed or hidden letters change the meaning.
    """
    return "".join(map(_read, unicodedata.normalize("NFC", _LINK.sub(" ", text))))


def _read(sign: str) -> str:
    if sign.isalnum():
        return "".join(c for c in unicodedata.normalize("NFKD", sign).casefold() if c.isalnum())
    is_ignored = sign.isspace() or sign in _CHANGED_BY_SMS or unicodedata.category(sign)[0] in "CPZ"
    return "" if is_ignored and sign not in _BIDI_MARKS else sign


def _list_forms(text: AlertText) -> Iterable[str]:
    """Yield the forms that people copy: a text alone, or a notification with its title."""
    for body in (text.short, text.standard, text.long):
        for form in (body, f"{text.title} {body}"):
            yield from (form, to_gsm7(form))


def _match_templates(alert: Alert, texts: Mapping[str, AlertText]) -> bool:
    is_same_set = bool(texts) and set(texts) == set(alert.slots)
    return is_same_set and all(_matches_template(alert, language, text) for language, text in texts.items())


def _matches_template(alert: Alert, language: str, text: AlertText) -> bool:
    slots = alert.slots.get(language, {})
    if slots.get("link", "").rpartition("/")[2] != alert.slug or not _VERSION.fullmatch(alert.template_version):
        return False
    try:
        words = fill(
            kind=alert.kind, language=language, slots=slots, is_drill=alert.is_drill, version=alert.template_version
        )
    except (KeyError, OSError, NoWordingFits, ValueError, AttributeError):
        return False  # no such template, or a malformed template value
    return all(getattr(words, length) == getattr(text, length) for length in _LENGTHS)
