"""Retention of the partners stage. Settled webhooks are erased by ``flows/run/retention.py``, which knows what the
public still sees.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from corredor.kit.retention import Form, Stored

from .models import Partner

STORED = [
    Stored(
        code="partners",
        rows=lambda: Partner.objects.filter(removed_at=None),
        since="added_at",
        words=_("Partners: their name and the address that is called with news"),
    ),
    Stored(
        code="signing",
        rows=lambda: Partner.objects.exclude(sealed_secret=None),
        since="added_at",
        words=_("Secrets that sign what partners are told"),
        form=Form.SEALED,
    ),
    Stored(
        code="tokens",
        rows=lambda: Partner.objects.exclude(token_digest=""),
        since="added_at",
        words=_("Tokens of partners who report to us"),
        form=Form.DIGEST,
    ),
]
