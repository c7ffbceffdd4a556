"""Change keys: a new key seals from now on, everything is sealed anew, and the old key is destroyed.

Reads and writes the key files, people (addresses), second factors and partners. Called by `corredor keys`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from corredor.kit.secret_file import sync_folder, write_secret
from corredor.partners.secret import reseal_partner_secrets
from corredor.people.address_book import reseal_addresses
from corredor.people.second_factor import reseal_secrets

KEY_NAME = "address.key"


@dataclass(frozen=True, slots=True)
class Resealed:
    """How much was sealed anew."""

    addresses: int
    secrets: int


def make_new_key() -> Resealed:
    """Put a new key in place, keep the present one for opening, and seal everything anew.

    A running server goes on with the present key until it is started again, so the old one is not
    destroyed here.
    """
    folder = Path(settings.KEY_ROOT)
    present, new = folder / KEY_NAME, secrets.token_bytes(32)
    kept = folder / f"{KEY_NAME}.{len(settings.ADDRESS_KEYS_OLDER) + 1}"
    draft = folder / f".{KEY_NAME}.new"
    draft.unlink(missing_ok=True)
    write_secret(draft, new.hex().encode())
    write_secret(kept, present.read_bytes())
    draft.replace(present)  # at no moment is there no key: first the copy, then the change
    sync_folder(folder)
    settings.ADDRESS_KEYS_OLDER = [*settings.ADDRESS_KEYS_OLDER, settings.ADDRESS_KEY]
    settings.ADDRESS_KEY = new
    return reseal_all()


def reseal_all() -> Resealed:
    """Seal with the newest key whatever an older one sealed."""
    addresses = 0
    while changed := _reseal_some():
        addresses += changed
    with transaction.atomic():
        return Resealed(addresses, reseal_secrets() + reseal_partner_secrets())


def forget_older_keys() -> tuple[Resealed, int]:
    """Destroy the older keys once nothing is left that only they open; returns how many they were.

    Only after the server has been started again: what it sealed until then is sealed anew here.
    """
    resealed = reseal_all()
    files = sorted(Path(settings.KEY_ROOT).glob(f"{KEY_NAME}.[0-9]*"))
    for file in files:
        file.write_bytes(b"0" * file.stat().st_size)
        file.unlink()
    settings.ADDRESS_KEYS_OLDER = []
    return resealed, len(files)


@transaction.atomic
def _reseal_some() -> int:
    return reseal_addresses(limit=2_000)
