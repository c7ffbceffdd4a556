"""Request targets and headers of a Twilio-compatible API: the account in the path, and its credentials."""

from __future__ import annotations

import base64
from urllib.parse import quote


def target_of(account: str, resource: str) -> str:
    """Return the path of a resource of the account, such as "Messages" or "Calls"."""
    return f"/2010-04-01/Accounts/{quote(account, safe='')}/{resource}.json"


def headers_for(account: str, token: str) -> dict[str, str]:
    """Return the headers of a request with a form body."""
    credentials = base64.b64encode(f"{account}:{token}".encode()).decode("ascii")
    return {
        "Authorization": f"Basic {credentials}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
