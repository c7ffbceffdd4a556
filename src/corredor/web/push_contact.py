"""The push subscription in a browser's JSON request."""

from __future__ import annotations

import json
from typing import Any

from corredor.people.contact import Contact
from corredor.people.enums import AddressKind


def read_push_contact(given: dict[str, Any]) -> Contact:
    """Parse ``given["subscription"]``, as `PushManager.subscribe` returns it. Raise WrongAddress."""
    return Contact.parse(AddressKind.PUSH, json.dumps(given.get("subscription")))
