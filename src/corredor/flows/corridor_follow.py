"""Follow a school: parents say what happened to tell them by, and the second yes goes the usual way.

Writes subscriptions, people (addresses), corridors, delivery (the question). Called by the school's public page.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.corridors import queries
from corredor.corridors.actions import follow_school
from corredor.subscriptions.actions import Wishes
from corredor.subscriptions.enums import WayKind
from corredor.subscriptions.models import Subscription

from .subscribe import Started, start_subscription


@transaction.atomic
def follow(*, slug: str, language: str, way: WayKind, address: str, now: datetime) -> Started:
    """A subscription to one school that waits for its second yes.

    Raises WrongAddress, Refused, TooManyAsk, UnknownSchool.
    """
    school = queries.get_school(slug=slug)
    wishes = Wishes(language=language, areas=(school.key,), wants_enforcement=False, wants_hazard=False)
    started = start_subscription(
        wishes=wishes, way=way, address=address, is_drill=school.is_drill, needs_place=False, now=now
    )
    follow_school(school=school, subscription=Subscription.objects.get(pk=started.subscription_id))
    return started
