"""Machine and settings checks: debug mode, addresses, keys, files, disk, city pack."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from corredor.packs import find_pack
from corredor.places.pack import pack_roots

from .finding import Finding, bad, good, look

_MEGABYTE = 1_000_000
LEAST_FREE = 300 * _MEGABYTE  # a backup and a day of photos must still fit
LOW_FREE = 2_000 * _MEGABYTE
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LOCAL = {"localhost", "127.0.0.1", "::1"}


def check_debug(now: datetime) -> Iterator[Finding]:
    """Check debug mode: its error pages show everything."""
    if settings.DEBUG:
        yield bad("DEBUG", _("Debug mode is on: error pages show what people sent. Unset CORREDOR_DEBUG."))
    else:
        yield good("DEBUG", _("Debug mode is off."))


def check_addresses(now: datetime) -> Iterator[Finding]:
    """Check the public address and that it is encrypted (https)."""
    base = urlsplit(settings.BASE_URL)
    if base.scheme == "https":
        yield good("HTTPS", _("People reach it encrypted, at %(url)s.") % {"url": settings.BASE_URL})
    elif base.hostname in _LOCAL:
        words = _("It is reachable from this computer only (%(url)s). Set CORREDOR_URL to its https address.")
        yield look("HTTPS", words % {"url": settings.BASE_URL})
    else:
        yield bad("HTTPS", _("CORREDOR_URL is not https: reports and passwords can be read on the way."))
    if "*" in settings.ALLOWED_HOSTS:
        yield bad("HOSTS", _("CORREDOR_HOSTS allows every name. List the names of this server."))
    elif base.hostname and base.hostname not in settings.ALLOWED_HOSTS:
        words = _("CORREDOR_HOSTS does not name %(host)s: its pages will be refused.")
        yield bad("HOSTS", words % {"host": base.hostname})


def check_keys(now: datetime) -> Iterator[Finding]:
    """Check file permissions of the keys: with keys and database every phone number can be decrypted."""
    folder = Path(settings.KEY_ROOT)
    files = sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []
    open_to_others = [path.name for path in (folder, *files) if path.exists() and path.stat().st_mode & _OTHERS]
    foreign = [path.name for path in files if path.stat().st_uid != os.getuid()]
    if not files:
        yield bad("KEYS", _("There are no keys. Run: corredor init"))
    elif open_to_others:
        words = _("Other accounts of this computer can read %(names)s. Run: chmod -R go= %(folder)s")
        yield bad("KEYS", words % {"names": ", ".join(open_to_others), "folder": folder})
    elif foreign:
        words = _("%(names)s belong to another account of this computer.")
        yield look("KEYS", words % {"names": ", ".join(foreign)})
    else:
        yield good("KEYS", _("Only this account of the computer can read the keys."))
    older = len(settings.ADDRESS_KEYS_OLDER)
    if older:
        words = _("%(count)d older address keys are still kept. Run: corredor keys forget")
        yield look("OLD_KEYS", words % {"count": older})


def check_files(now: datetime) -> Iterator[Finding]:
    """Check file permissions of the database file and the photos."""
    home = Path(settings.HOME)
    kept = [*home.glob("corredor.sqlite3*"), Path(settings.PHOTO_ROOT)]
    open_to_others = [path.name for path in kept if path.exists() and path.stat().st_mode & _OTHERS]
    if open_to_others:
        words = _("Other accounts of this computer can read %(names)s. Run: chmod -R go= %(folder)s/%(first)s")
        yield bad("FILES", words % {"names": ", ".join(open_to_others), "folder": home, "first": open_to_others[0]})
    else:
        yield good("FILES", _("Only this account of the computer can read reports and photos."))


def check_disk(now: datetime) -> Iterator[Finding]:
    """Check free disk space: reports cannot be stored on a full disk."""
    free = shutil.disk_usage(settings.HOME).free
    words = _("%(megabytes)d MB of disk are free.") % {"megabytes": free // _MEGABYTE}
    if free < LEAST_FREE:
        yield bad("DISK", words + " " + _("Make room now: soon nothing can be saved."))
    elif free < LOW_FREE:
        yield look("DISK", words + " " + _("Make room."))
    else:
        yield good("DISK", words)


def check_pack(now: datetime) -> Iterator[Finding]:
    """Check the city pack: without it no place is found."""
    if find_pack(settings.DEFAULT_CITY, pack_roots()):
        yield good("PACK", _("The city pack %(city)s is there.") % {"city": settings.DEFAULT_CITY})
    else:
        words = _("The city pack %(city)s is missing: no place can be found. Run: corredor city build")
        yield bad("PACK", words % {"city": settings.DEFAULT_CITY})


def check_django(now: datetime) -> Iterator[Finding]:
    """Run Django's own system checks."""
    for message in checks.run_checks():
        if message.is_serious():
            yield bad("DJANGO", f"{message.id}: {message.msg}")
