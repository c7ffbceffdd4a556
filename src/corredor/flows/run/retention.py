"""Sweep: what is past its time is erased, what was left half-way is mended. Runs every minute, and by hand.

Reads and writes people, subscriptions, intake, delivery, partners.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from corredor.alerts.actions import stop_alert
from corredor.alerts.queries import list_endings_out
from corredor.corridors.models import Attendance, Volunteer
from corredor.delivery import halt_file
from corredor.delivery.actions import erase_contents
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.delivery.providers.rates import learn
from corredor.delivery.queue.release import expire, release_rows
from corredor.flows.alert.halt import halt_everything
from corredor.flows.publish.partner_news import subjects_of
from corredor.flows.publish.view import public_view
from corredor.flows.report.receive import CONTACT_KEPT
from corredor.flows.school.day import plan_days_ahead, raise_late_alarms
from corredor.flows.school.watch import look_at_corridors
from corredor.incidents.models import Membership
from corredor.incidents.timeline import record
from corredor.intake.models import Photo, Report
from corredor.intake.photos import KeptPhoto, remove_photos
from corredor.partners import actions as partners
from corredor.people import actions as people
from corredor.people import address_book
from corredor.people.address_uses import erase_if_unused, filter_unused
from corredor.people.models import Address
from corredor.subscriptions.actions import PENDING_FOR, erase_subscription
from corredor.subscriptions.enums import SubscriptionState
from corredor.subscriptions.models import ContactMethod, Subscription

REPORTS_KEPT = timedelta(days=90)  # the raw words; what became of them stays on the timeline as codes
TRANSACTIONAL_KEPT = timedelta(days=2)
DELIVERIES_KEEP_ADDRESS = timedelta(days=30)  # then only the count remains
STANDINGS_KEPT = timedelta(days=30)  # who stood where; the counts and what was decided stay
ASKING_KEPT = timedelta(days=30)  # somebody asked to help at a school and no lead has said yes
UNUSED_FOR = timedelta(hours=1)  # a form may be half-way
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did, as counts."""

    given_back: int
    expired: int
    addresses: int
    subscriptions: int
    notices: int
    reports: int
    unlinked: int
    schools: int
    sessions: int
    partners: int

    @property
    def anything(self) -> bool:
        """Whether there was anything to do."""
        return any(asdict(self).values())


def sweep(*, now: datetime) -> Swept:
    """One round. Each step is its own transaction: a fault in one leaves the others done."""
    given_back = sum(release_rows(model=model, now=now) for model in (Delivery, TransactionalMessage))
    expired = sum(expire(model=model, now=now) for model in (Delivery, TransactionalMessage))
    _reopen_endings(now)
    if halt_file.is_pulled():
        halt_everything(reason=gettext("From the server's command line"), by=None, now=now)
    with transaction.atomic():
        learn(now=now)
    swept = Swept(
        given_back=given_back,
        expired=expired,
        addresses=_erase_addresses(now),
        subscriptions=_erase_unconfirmed(now),
        notices=_erase_transactional(now),
        reports=_erase_reports(now),
        unlinked=_unlink_deliveries(now),
        schools=_forget_helpers(now),
        sessions=_forget_sessions(now),
        partners=_forget_told(now),
    )
    _look_after_schools(now)
    if swept.addresses or swept.subscriptions or swept.reports or swept.schools:
        with transaction.atomic():
            record(kind="swept", now=now, **{k: v for k, v in asdict(swept).items() if v})
    return swept


@transaction.atomic
def _reopen_endings(now: datetime) -> None:
    """A correction or all-clear that could not be sent in time is owed again to whoever it did not reach."""
    unsent = Delivery.objects.filter(state=SendState.EXPIRED, outcome_unknown=False)
    for alert in list_endings_out(before=now).filter(pk__in=unsent.values("alert_id")):
        stop_alert(alert=alert, by=None, now=now)


@transaction.atomic
def _erase_addresses(now: datetime) -> int:
    """Those whose time is over, and those that nothing leads to any more: no way, no report that may be answered."""
    # Signing up keeps an address for as long as it is signed up; the answer to a report is due within its own days.
    Report.objects.filter(reply_to__isnull=False, received_at__lt=now - CONTACT_KEPT).update(reply_to=None)
    settled = Address.objects.filter(is_drill=False, made_at__lt=now - UNUSED_FOR)
    unused = filter_unused(settled, after_messages=True)
    erased = sum(address_book.erase_address(pk) for pk in unused.values_list("pk", flat=True)[:CHUNK])
    return erased + address_book.erase_expired(now=now)


@transaction.atomic
def _erase_unconfirmed(now: datetime) -> int:
    """Sign-ups that nobody said yes to."""
    old = Subscription.objects.filter(state=SubscriptionState.PENDING, asked_at__lt=now - PENDING_FOR)
    count = 0
    for subscription in old[:CHUNK]:
        erase_if_unused(erase_subscription(subscription=subscription))
        count += 1
    # Their addresses go with the unused ones. What a way waits for is asked of one number, not of the subscription.
    return count + ContactMethod.objects.filter(confirmed_at=None, asked_at__lt=now - PENDING_FOR).delete()[0]


@transaction.atomic
def _erase_transactional(now: datetime) -> int:
    settled = TransactionalMessage.objects.exclude(state__in=[SendState.DUE, SendState.CLAIMED])
    erase_contents(ids=settled.exclude(text="").values_list("pk", flat=True)[:CHUNK])
    return settled.filter(settled_at__lt=now - TRANSACTIONAL_KEPT).delete()[0]


@transaction.atomic
def _erase_reports(now: datetime) -> int:
    """Raw reports past their time, with their photos. Those of an incident that is still open stay."""
    # One row that is both current and open: two conditions in an exclude() may be met by two different rows.
    is_open = Membership.objects.filter(report_id=OuterRef("pk"), left_at=None, incident__closed_at=None)
    old = Report.objects.filter(~Exists(is_open), received_at__lt=now - REPORTS_KEPT)
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    photos = [
        KeptPhoto(original=photo.original, display=photo.display, digest=photo.digest, size=photo.size)
        for photo in Photo.objects.filter(report_id__in=ids)
    ]
    Report.objects.filter(pk__in=ids).delete()
    transaction.on_commit(lambda: remove_photos(photos, root=settings.PHOTO_ROOT))
    return len(ids)


@transaction.atomic
def _unlink_deliveries(now: datetime) -> int:
    """Who got what is forgotten a month after the incident was closed; how many did, and whether it arrived, is not.

    The provider's id of a text goes too: with the provider's own records it would lead to the number.
    """
    return Delivery.objects.filter(
        alert__incident__closed_at__lt=now - DELIVERIES_KEEP_ADDRESS, address__isnull=False
    ).update(address=None, subscription=None, reference="")


def _look_after_schools(now: datetime) -> None:
    """Today's dismissals are planned, dangers near them are looked at once more, late children are asked for."""
    plan_days_ahead(now=now)
    look_at_corridors(is_drill=False, now=now)
    raise_late_alarms(now=now)


@transaction.atomic
def _forget_helpers(now: datetime) -> int:
    """Who stood where a month ago, and who asked to help and was never accepted."""
    erased = Attendance.objects.filter(day__bell_at__lt=now - STANDINGS_KEPT).delete()[0]
    return erased + Volunteer.objects.filter(accepted_at=None, asked_at__lt=now - ASKING_KEPT).delete()[0]


@transaction.atomic
def _forget_sessions(now: datetime) -> int:
    """Staff's sessions that ended by themselves, and invitations nobody used."""
    shift = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return people.forget_old_sessions(now=now, older_than=shift) + people.forget_old_invites(now=now)


@transaction.atomic
def _forget_told(now: datetime) -> int:
    """Calls to partners that are over, and what they were told of things nobody speaks of any more."""
    return partners.forget_old(now=now, subjects_in_view=subjects_of(public_view(now=now)))
