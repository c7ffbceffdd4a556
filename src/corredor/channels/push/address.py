"""The stored form of a browser's push subscription."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from corredor.channels.spec import WrongForm
from corredor.engines.webpush import BrokenKey, parse_receiver


def normalise_push(value: str) -> str:
    """Return the subscription as canonical JSON. Raise WrongForm if its keys or its endpoint cannot be used."""
    try:
        given = json.loads(value)
        endpoint, keys = str(given["endpoint"]), given["keys"]
        parse_receiver(keys["p256dh"], keys["auth"])
        is_sound = urlsplit(endpoint).scheme == "https" and bool(urlsplit(endpoint).hostname)
    except (ValueError, KeyError, TypeError, AttributeError, BrokenKey) as error:
        raise WrongForm("push") from error
    if not is_sound or any(c.isspace() or not c.isprintable() for c in endpoint):
        raise WrongForm("push")
    stored = {"endpoint": endpoint, "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]}}
    return json.dumps(stored, separators=(",", ":"))


def identify_push(value: str) -> str:
    """Return the endpoint, which identifies one browser whatever its current keys are."""
    return str(json.loads(value)["endpoint"])
