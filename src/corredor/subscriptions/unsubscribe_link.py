"""Links that open and end a subscription without an account: the random one its owner was shown, and a
signed one that every message carries."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from django.conf import settings
from django.core import signing

from .actions import digest_token
from .errors import UnknownSubscription
from .models import Subscription

_SALT = "subscriptions.leave"


def sign_unsubscribe(subscription_id: int) -> str:
    """The token that messages carry. It stays good for as long as the subscription exists.

    What Django's Signer makes, with the key derived once instead of for each of a hundred thousand.
    """
    digest = hmac.digest(_derive_key(settings.SECRET_KEY), str(subscription_id).encode(), "sha256")
    return f"{subscription_id}.{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def find_by_token(token: str) -> Subscription:
    """The subscription that either kind of token belongs to. Raises UnknownSubscription."""
    key = token[:200]
    if "." in key:
        try:
            pk = int(signing.Signer(salt=_SALT).unsign(key.replace(".", ":", 1)))
        except (signing.BadSignature, ValueError):
            raise UnknownSubscription from None
        rows = Subscription.objects.filter(pk=pk)
    else:
        rows = Subscription.objects.filter(unsubscribe_digest=digest_token(key))
    found = rows.first()
    if found is None:
        raise UnknownSubscription
    return found


@lru_cache(maxsize=2)
def _derive_key(secret: str) -> bytes:
    return hashlib.sha256(f"{_SALT}signer{secret}".encode()).digest()
