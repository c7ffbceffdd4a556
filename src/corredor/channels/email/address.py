"""The stored form of a mailbox."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from corredor.channels.spec import WrongForm


def normalise_mailbox(value: str) -> str:
    """Return the mailbox with its domain in lower-case ASCII. Raise WrongForm if it is not a mailbox."""
    name, at, domain = value.rpartition("@")
    try:
        mailbox = name + at + domain.encode("idna").decode().lower()
        validate_email(mailbox)
    except (ValidationError, UnicodeError) as error:
        raise WrongForm("mailbox") from error
    return mailbox
