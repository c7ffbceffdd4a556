"""Normalise addresses of each kind, so that the same address is found again."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from corredor.channels.matrix.rooms import PERSON
from corredor.engines.webpush import BrokenKey, parse_receiver

from .enums import AddressKind
from .errors import WrongAddress

HOME_REGION = "US"  # country of numbers written without a country code
# Premium and shared-cost numbers, which earn money for their holder; and numbers of no country, which do so too.
_PREMIUM_TYPES = {
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.PAGER,
}
_NO_COUNTRY = "001"
_LONGEST = {
    AddressKind.PHONE: 40,
    AddressKind.VOICE: 40,
    AddressKind.SIGNAL: 40,
    AddressKind.EMAIL: 254,
    AddressKind.PUSH: 4000,
    AddressKind.TELEGRAM: 80,
    AddressKind.MATRIX: 255,
    AddressKind.NTFY: 64,
    AddressKind.DRILL: 100,
}
_CHAT = re.compile(r"[1-9][0-9]{0,18}")
_START_TOKEN = re.compile(r"start:[A-Za-z0-9_-]{16,64}")
_TOPIC = re.compile(r"[-_A-Za-z0-9]{16,64}")


def normalise(kind: str, value: str) -> str:
    """Return E.164, a mailbox with a lower-case domain, canonical JSON of a push subscription, a Telegram chat id (or
    the start token that will open the chat), a Matrix user id, an ntfy topic, or a drill name.

    Raise WrongAddress if ``value`` is not valid.
    """
    if len(value) > _LONGEST[AddressKind(kind)]:
        raise WrongAddress(kind)
    return _NORMALISERS[AddressKind(kind)](value.strip())


def parse_contact(text: str) -> tuple[AddressKind, str]:
    """Return the kind and normalised form of a typed phone number or e-mail address."""
    kind = AddressKind.EMAIL if "@" in text else AddressKind.PHONE
    return kind, normalise(kind, text)


def identify(kind: str, value: str) -> str:
    """Return the identity of an address: mailboxes ignore case, push subscriptions compare by endpoint."""
    if kind == AddressKind.PUSH:
        return str(json.loads(value)["endpoint"])
    return value.lower() if kind == AddressKind.EMAIL else value


def _normalise_phone(value: str) -> str:
    try:
        number = phonenumbers.parse(value, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise WrongAddress(AddressKind.PHONE) from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise WrongAddress(AddressKind.PHONE)
    if phonenumbers.number_type(number) in _PREMIUM_TYPES or phonenumbers.region_code_for_number(number) == _NO_COUNTRY:
        raise WrongAddress(AddressKind.PHONE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _normalise_email(value: str) -> str:
    name, at, domain = value.rpartition("@")
    try:
        mailbox = name + at + domain.encode("idna").decode().lower()
        validate_email(mailbox)
    except (ValidationError, UnicodeError) as error:
        raise WrongAddress(AddressKind.EMAIL) from error
    return mailbox


def _normalise_push(value: str) -> str:
    try:
        given = json.loads(value)
        endpoint, keys = str(given["endpoint"]), given["keys"]
        parse_receiver(keys["p256dh"], keys["auth"])
        is_sound = urlsplit(endpoint).scheme == "https" and bool(urlsplit(endpoint).hostname)
    except (ValueError, KeyError, TypeError, AttributeError, BrokenKey) as error:
        raise WrongAddress(AddressKind.PUSH) from error
    if not is_sound or any(c.isspace() or not c.isprintable() for c in endpoint):
        raise WrongAddress(AddressKind.PUSH)
    canonical = {"endpoint": endpoint, "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]}}
    return json.dumps(canonical, separators=(",", ":"))


def _normalise_telegram(value: str) -> str:
    if not _CHAT.fullmatch(value) and not _START_TOKEN.fullmatch(value):
        raise WrongAddress(AddressKind.TELEGRAM)
    return value


def _normalise_matrix(value: str) -> str:
    name, colon, server = value.removeprefix("https://matrix.to/#/").partition(":")
    person = f"{name.lower()}{colon}{server.lower()}"
    if not PERSON.fullmatch(person):
        raise WrongAddress(AddressKind.MATRIX)
    return person


def _normalise_ntfy(value: str) -> str:
    if not _TOPIC.fullmatch(value):
        raise WrongAddress(AddressKind.NTFY)
    return value


def _normalise_drill(value: str) -> str:
    if not value or not value.isprintable():
        raise WrongAddress(AddressKind.DRILL)
    return value


_NORMALISERS = {
    AddressKind.PHONE: _normalise_phone,
    AddressKind.VOICE: _normalise_phone,
    AddressKind.SIGNAL: _normalise_phone,
    AddressKind.EMAIL: _normalise_email,
    AddressKind.PUSH: _normalise_push,
    AddressKind.TELEGRAM: _normalise_telegram,
    AddressKind.MATRIX: _normalise_matrix,
    AddressKind.NTFY: _normalise_ntfy,
    AddressKind.DRILL: _normalise_drill,
}
