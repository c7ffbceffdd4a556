"""What a provider with Twilio's API wants of every request: the account in its path, and who asks."""

from __future__ import annotations

import base64
from urllib.parse import quote


def target_of(account: str, resource: str) -> str:
    """Where a resource of the account is made, such as "Messages" or "Calls"."""
    return f"/2010-04-01/Accounts/{quote(account, safe='')}/{resource}.json"


def headers_for(account: str, token: str) -> dict[str, str]:
    """Headers of a request with a form as its body."""
    credentials = base64.b64encode(f"{account}:{token}".encode()).decode("ascii")
    return {
        "Authorization": f"Basic {credentials}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
