"""Key rotation: create a new address key, re-encrypt everything, destroy the old key.

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
    """Number of re-encrypted rows."""

    addresses: int
    secrets: int


def make_new_key() -> Resealed:
    """Create a new key, keep the current one for decryption, and re-encrypt everything.

    A running server uses the current key until restarted, so the old key is not destroyed here.
    """
    folder = Path(settings.KEY_ROOT)
    present, new = folder / KEY_NAME, secrets.token_bytes(32)
    kept = folder / f"{KEY_NAME}.{len(settings.ADDRESS_KEYS_OLDER) + 1}"
    draft = folder / f".{KEY_NAME}.new"
    draft.unlink(missing_ok=True)
    write_secret(draft, new.hex().encode())
    write_secret(kept, present.read_bytes())
    draft.replace(present)  # copied before it is replaced: at no time is a key missing
    sync_folder(folder)
    settings.ADDRESS_KEYS_OLDER = [*settings.ADDRESS_KEYS_OLDER, settings.ADDRESS_KEY]
    settings.ADDRESS_KEY = new
    return reseal_all()


def reseal_all() -> Resealed:
    """Re-encrypt everything sealed with an older key."""
    addresses = 0
    while changed := _reseal_some():
        addresses += changed
    with transaction.atomic():
        return Resealed(addresses, reseal_secrets() + reseal_partner_secrets())


def forget_older_keys() -> tuple[Resealed, int]:
    """Destroy the older keys once nothing needs them. Return their number.

    Call only after the server has been restarted: what it sealed before is re-encrypted here.
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
