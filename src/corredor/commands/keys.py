"""`corredor keys`: rotate the key that encrypts phone numbers and e-mail addresses, or the one that signs alerts."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from .output import add_json_flag, print_json, set_up_django

STEPS = """After a computer or a backup with the keys was lost:

  corredor keys change     makes a new key and seals everything anew
  (start the server again)
  corredor keys forget     destroys the old key
  corredor keys signature  a new key signs alerts; the old one still checks what it signed
  (start the server again)
"""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "keys",
        help="change the key that seals addresses",
        description=STEPS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=["change", "forget", "signature"])
    add_json_flag(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Rotate a key or delete old ones."""
    set_up_django()
    if arguments.what == "signature":
        return _change_signature(as_json=arguments.json)
    from corredor.flows.network import change_keys

    if arguments.what == "change":
        resealed, forgotten = change_keys.make_new_key(), 0
        say = "Now start the server again, then run: corredor keys forget"
    else:
        resealed, forgotten = change_keys.forget_older_keys()
        say = f"{forgotten} old keys are destroyed. Destroy them in your backups too."
    if arguments.json:
        print_json(asdict(resealed) | {"forgotten": forgotten})
    else:
        print(f"Sealed anew: {resealed.addresses} addresses, {resealed.secrets} sign-in secrets.")
        print(say)
    return 0


def _change_signature(*, as_json: bool) -> int:
    from django.utils import timezone

    from corredor.alerts.signing_keys import change_signing_key

    name = change_signing_key(now=timezone.now())
    if as_json:
        print_json({"signing_key": name})
    else:
        print(f"The key {name} signs alerts from now on. Start the server again.")
    return 0
