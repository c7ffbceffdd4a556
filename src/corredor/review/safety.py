"""Safety invariants, counted from the rows: the same for a drill and for real work.

Each function takes incident ids and returns the number of violations; only 0 is acceptable. None relies on a flow,
guard or status: they compare times, people and rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from corredor.alerts.enums import WARNINGS, AlertKind
from corredor.alerts.models import AlertText
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.engines.redact import find_private
from corredor.incidents.enums import CONFIRMED_OUTCOMES, Status
from corredor.incidents.models import Incident, Verification
from corredor.incidents.timeline import find_broken_entry
from corredor.kit.languages import get
from corredor.people.enums import AddressKind
from corredor.subscriptions.enums import Channel

# Sending was attempted. A claimed row counts: its message may be in flight.
_BEGUN = (SendState.CLAIMED, SendState.SENT, SendState.DISCARDED, SendState.FAILED, SendState.INVALID_ADDRESS)
_DRILL_TRANSPORTS = ("", "drill_sink")
_TAKING_BACK = (AlertKind.CORRECTION, AlertKind.DENIAL)

Recipient = tuple[int, str]
"""(address id, channel)."""


def count_sends_before_confirmation(*, incident_ids: Collection[int]) -> int:
    """Count messages sent before a matching verification or before approval."""
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
    """Count messages sent with the author as only approver."""
    return (
        _begun(incident_ids).filter(Q(alert__approved_by=None) | Q(alert__approved_by=F("alert__written_by"))).count()
    )


def count_corrections_missed(*, incident_ids: Collection[int]) -> int:
    """Count recipients (address, channel) of a refuted warning without a later correction.

    Unsubscribed people cannot be reached and are not counted.
    """
    refuted = (
        Verification.objects.filter(incident_id__in=incident_ids)
        .exclude(outcome__in=CONFIRMED_OUTCOMES)
        .values_list("incident_id", flat=True)
    )
    wrong = Incident.objects.filter(pk__in=set(refuted)).exclude(
        status__in=[Status.CONFIRMED, Status.ENDED, Status.BEING_CHECKED]
    )
    return sum(len(_list_without_ending(pk, AlertKind.CORRECTION)) for pk in wrong.values_list("pk", flat=True))


def count_all_clear_missed(*, incident_ids: Collection[int]) -> int:
    """Count recipients of a warning of an ended incident without a later all-clear."""
    ended = Incident.objects.filter(pk__in=incident_ids, status=Status.ENDED)
    return sum(len(_list_without_ending(pk, AlertKind.ALL_CLEAR)) for pk in ended.values_list("pk", flat=True))


def count_warned_twice(*, incident_ids: Collection[int]) -> int:
    """Count repeated messages of the same return or arrival to one recipient."""
    seen: dict[tuple[int, str, int, str], int] = defaultdict(int)
    rows = _sent(incident_ids).filter(alert__kind__in=[AlertKind.RETURNED, AlertKind.MOVED_HERE])
    for address, channel, place, kind in rows.values_list("address_id", "channel", "alert__place_id", "alert__kind"):
        seen[address, channel, place, kind] += 1
    return sum(times - 1 for times in seen.values())


def count_needless_endings(*, incident_ids: Collection[int]) -> int:
    """Count all-clears to recipients not warned since their last one: noise, not harm."""
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
    """Count drill messages with any sign of a real recipient, and real messages to drill addresses."""
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
    """Count drill texts without the drill mark, in any length."""
    texts = AlertText.objects.filter(alert__incident_id__in=incident_ids, alert__is_drill=True)
    return sum(
        not length.startswith(get(text.language).drill_mark)
        for text in texts
        for length in (text.title, text.short, text.standard, text.long)
    )


def count_private_words(*, incident_ids: Collection[int], invented: Collection[str] = ()) -> int:
    """Count plates, names, numbers and accounts in texts written to be sent.

    ``invented`` are words known to be private, so that the count does not depend on the detector that should have
    removed them.
    """
    count = 0
    for text in AlertText.objects.filter(alert__incident_id__in=incident_ids):
        for words in (text.title, text.short, text.standard, text.long):
            count += len(find_private(words))
            count += sum(word.casefold() in words.casefold() for word in invented)
    return count


def is_chain_valid() -> bool:
    """Return whether the timeline's hash chain is intact."""
    return find_broken_entry() is None


def _begun(incident_ids: Collection[int]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(alert__incident_id__in=incident_ids, state__in=_BEGUN)


def _sent(incident_ids: Collection[int]) -> QuerySet[Delivery]:
    """Return messages sent to recipients who are still subscribed."""
    return Delivery.objects.filter(
        alert__incident_id__in=incident_ids,
        state=SendState.SENT,
        address__isnull=False,
        subscription__isnull=False,
    )


def _list_without_ending(incident_id: int, ending: AlertKind) -> set[Recipient]:
    """Return recipients warned by an incident without an ``ending`` after their last warning."""
    warned: dict[Recipient, datetime] = {}
    informed: dict[Recipient, datetime] = {}
    rows = _sent([incident_id]).values_list("address_id", "channel", "alert__kind", "alert__approved_at")
    for address, channel, kind, approved_at in rows:
        book = warned if kind in WARNINGS else informed if kind == ending else None
        if book is not None and approved_at is not None:
            book[address, channel] = max(approved_at, book.get((address, channel), approved_at))
    return {who for who, at in warned.items() if who not in informed or informed[who] < at}
