"""Partner checks: whether their webhooks accept calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from corredor.partners.enums import OffReason
from corredor.partners.queries import list_partners

from .finding import Finding, look


def check_partners(now: datetime) -> Iterator[Finding]:
    """Check for partners turned off after failures, or failing now."""
    for partner in list_partners().exclude(url=""):
        if partner.off_reason in (OffReason.GONE, OffReason.FAILING):
            words = _("Partner %(name)s is told nothing any more: %(why)s.")
            why = OffReason(partner.off_reason).label
            yield look("PARTNER", words % {"name": partner.name, "why": why})
        elif partner.is_on and partner.failing_since:
            words = _("Partner %(name)s accepts no calls now (%(code)s). They are tried again.")
            yield look("PARTNER", words % {"name": partner.name, "code": partner.last_code})
