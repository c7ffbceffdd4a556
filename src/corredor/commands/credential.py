"""Print names, passwords and authenticator secrets of new accounts, once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import segno

if TYPE_CHECKING:
    from corredor.flows.network.set_up import FirstPerson


def describe(person: FirstPerson) -> dict[str, Any]:
    """Return the credentials as JSON-ready values."""
    return {
        "username": person.username,
        "alias": person.alias,
        "roles": list(person.roles),
        "password": person.password,
        "totp_secret": person.totp_secret,
        "totp_uri": make_totp_uri(person),
    }


def make_totp_uri(person: FirstPerson) -> str:
    """Return the URI of the QR code for an authenticator app (Google's key URI format)."""
    query = urlencode({"secret": person.totp_secret, "issuer": "Corredor"}, quote_via=quote)
    return f"otpauth://totp/{quote(person.username)}?{query}"


def print_credentials(people: Sequence[FirstPerson], *, url: str) -> None:
    """Print a table, and on a terminal a QR code for the authenticator app."""
    print("\nAccounts. This is shown once: write it down, then clear the screen.\n")
    print(f"  Sign in at {url}/desk/\n")
    print(f"  {'name':<12}{'password':<22}{'secret for the authenticator app':<35}roles")
    for person in people:
        roles = ", ".join(person.roles).lower()
        print(f"  {person.username:<12}{person.password:<22}{person.totp_secret:<35}{roles}")
    if sys.stdout.isatty():
        for person in people:
            print(f"\n  {person.username}: for the authenticator app's camera\n")
            segno.make(make_totp_uri(person), error="l").terminal(compact=True, border=2)
    if len(people) > 1:
        print("\n  Two people are needed to send an alert: one writes it, another approves it.")
        print("  To try it alone, sign in as desk-1 in one browser and as desk-2 in another (or a private window).")
    print("  Without an app at hand: corredor init --code NAME prints the six digits (on this computer only).\n")
