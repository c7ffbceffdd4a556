"""What must never happen, counted from the rows themselves: the same for a drill and for a day's work.

Every function takes the incidents to look at and returns how often a rule was broken; 0 is the only good
answer. None of them trusts a flow, a guard or a status: they compare times, people and rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import AlertText
from corredor.alerts.queries import WARNINGS
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.engines.redact import find_private
from corredor.incidents.enums import CONFIRMED_OUTCOMES, Outcome, Status
from corredor.incidents.models import Incident, Verification
from corredor.incidents.timeline import find_broken_entry
from corredor.kit.languages import get
from corredor.people.enums import AddressKind
from corredor.subscriptions.enums import Channel

# Somebody tried to send it, or did. A claim counts: the message may be on its way already.
_BEGUN = (SendState.CLAIMED, SendState.SENT, SendState.DISCARDED, SendState.FAILED, SendState.INVALID_ADDRESS)
_DRILL_TRANSPORTS = ("", "drill_sink")
_TAKING_BACK = (AlertKind.CORRECTION, AlertKind.DENIAL)

Recipient = tuple[int, str]
"""An address's row and the way by which it was reached."""


def count_sends_before_confirmation(*, incident_ids: Collection[int]) -> int:
    """Messages on their way before a verifier had established what they say, or before anybody approved."""
    rows = _begun(incident_ids).annotate(begun_at=Coalesce("claimed_at", "settled_at"))
    found = Verification.objects.filter(
        incident_id=OuterRef("alert__incident_id"), checked_at__lte=OuterRef("begun_at")
    )
    confirmed, refuted = (
        Exists(found.filter(outcome__in=CONFIRMED_OUTCOMES)),
        Exists(found.exclude(outcome__in=CONFIRMED_OUTCOMES)),
    )
    backed = (~Q(alert__kind__in=_TAKING_BACK) & confirmed) | (Q(alert__kind__in=_TAKING_BACK) & refuted)
    return rows.exclude(backed & Q(alert__approved_at__lte=F("begun_at"))).count()


def count_single_person_sends(*, incident_ids: Collection[int]) -> int:
    """Messages on their way for which one person was enough."""
    return (
        _begun(incident_ids).filter(Q(alert__approved_by=None) | Q(alert__approved_by=F("alert__written_by"))).count()
    )


def count_corrections_missed(*, incident_ids: Collection[int]) -> int:
    """People who got a warning that turned out wrong and not the correction afterwards, by address and way.

    Who has left in the meantime cannot be reached and is not counted.
    """
    refuted = (
        Verification.objects.filter(incident_id__in=incident_ids)
        .exclude(outcome__in=CONFIRMED_OUTCOMES)
        .values_list("incident_id", flat=True)
    )
    wrong = Incident.objects.filter(pk__in=set(refuted)).exclude(
        status__in=[Status.CONFIRMED, Status.ENDED, Status.BEING_CHECKED]
    )
    return sum(len(_untold(pk, AlertKind.CORRECTION)) for pk in wrong.values_list("pk", flat=True))


def count_all_clear_missed(*, incident_ids: Collection[int]) -> int:
    """People who got a warning of what has ended and no all-clear after the last one they got."""
    ended = Incident.objects.filter(pk__in=incident_ids, status=Status.ENDED)
    return sum(len(_untold(pk, AlertKind.ALL_CLEAR)) for pk in ended.values_list("pk", flat=True))


def count_warned_twice(*, incident_ids: Collection[int]) -> int:
    """People who got a second message of the same return or arrival: it must be told once."""
    seen: dict[tuple[int, str, int, str], int] = defaultdict(int)
    rows = _sent(incident_ids).filter(alert__kind__in=[AlertKind.RETURNED, AlertKind.MOVED_HERE])
    for address, channel, place, kind in rows.values_list("address_id", "channel", "alert__place_id", "alert__kind"):
        seen[address, channel, place, kind] += 1
    return sum(times - 1 for times in seen.values())


def count_needless_endings(*, incident_ids: Collection[int]) -> int:
    """All-clears to people who had been told that it is over and not warned since: noise, not harm."""
    awaits: dict[tuple[int, int, str], bool] = {}
    count = 0
    rows = _sent(incident_ids).order_by("alert__approved_at", "alert_id")
    for incident, address, channel, kind in rows.values_list(
        "alert__incident_id", "address_id", "channel", "alert__kind"
    ):
        who = (incident, address, channel)
        if kind in WARNINGS:
            awaits[who] = True
        elif kind == AlertKind.ALL_CLEAR:
            count += awaits.get(who) is False
            awaits[who] = False
    return count


def count_real_recipients(*, incident_ids: Collection[int]) -> int:
    """Drill messages that left the drill, or were meant to: any sign is enough."""
    outside = (
        ~Q(channel=Channel.DRILL)
        | Q(address__is_drill=False)
        | (Q(address__isnull=False) & ~Q(address__kind=AddressKind.DRILL))
        | ~Q(provider__in=_DRILL_TRANSPORTS)
    )
    drill = Delivery.objects.filter(alert__is_drill=True)
    strayed = drill.filter(outside | Q(subscription__is_drill=False)).count()
    strayed += Delivery.objects.filter(alert__is_drill=False, address__is_drill=True).count()
    strayed += TransactionalMessage.objects.filter(Q(is_drill=True) & outside).count()
    strayed += Incident.objects.filter(pk__in=incident_ids, is_drill=False).count()
    return strayed


def count_unmarked_texts(*, incident_ids: Collection[int]) -> int:
    """Drill texts that could be taken for real ones, in any length."""
    texts = AlertText.objects.filter(alert__incident_id__in=incident_ids, alert__is_drill=True)
    return sum(
        not length.startswith(get(text.language).drill_mark)
        for text in texts
        for length in (text.title, text.short, text.standard, text.long)
    )


def count_private_words(*, incident_ids: Collection[int], invented: Collection[str] = ()) -> int:
    """Plates, names, numbers and accounts in texts that were written to be sent.

    ``invented`` are words known to be private, so that the count does not hang on the finder that was to
    take them out.
    """
    count = 0
    for text in AlertText.objects.filter(alert__incident_id__in=incident_ids):
        for words in (text.title, text.short, text.standard, text.long):
            count += len(find_private(words))
            count += sum(word.casefold() in words.casefold() for word in invented)
    return count


def is_chain_valid() -> bool:
    """Whether every entry of the timeline follows from the one before, to the end."""
    return find_broken_entry() is None


def _begun(incident_ids: Collection[int]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(alert__incident_id__in=incident_ids, state__in=_BEGUN)


def _sent(incident_ids: Collection[int]) -> QuerySet[Delivery]:
    """Messages that reached somebody who can still be reached."""
    return Delivery.objects.filter(
        alert__incident_id__in=incident_ids,
        state=SendState.SENT,
        address__isnull=False,
        subscription__isnull=False,
    )


def _untold(incident_id: int, ending: AlertKind) -> set[Recipient]:
    """Who was warned by an incident and not told how it ended after the last warning they got."""
    warned: dict[Recipient, datetime] = {}
    told: dict[Recipient, datetime] = {}
    rows = _sent([incident_id]).values_list("address_id", "channel", "alert__kind", "alert__approved_at")
    for address, channel, kind, approved_at in rows:
        book = warned if kind in WARNINGS else told if kind == ending else None
        if book is not None and approved_at is not None:
            book[address, channel] = max(approved_at, book.get((address, channel), approved_at))
    return {who for who, at in warned.items() if who not in told or told[who] < at}


def outcomes_of(*, incident_id: int) -> list[str]:
    """What verifiers established, in order."""
    rows = Verification.objects.filter(incident_id=incident_id).order_by("checked_at", "pk")
    return [Outcome(outcome) for outcome in rows.values_list("outcome", flat=True)]
