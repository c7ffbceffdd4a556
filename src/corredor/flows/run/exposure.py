"""Exposure: what somebody who takes this server, or a court that orders it, could get from it today.

Reads everything, writes nothing. Called by `corredor exposure` and the steward's page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from corredor.corridors.models import (
    Attendance,
    ChildrenInCell,
    ChildrenOfAge,
    Count,
    Following,
    GuardianCode,
    Outline,
    Volunteer,
)
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.incidents.models import Incident, TimelineEntry
from corredor.intake.models import Note, Photo, Report
from corredor.partners.models import Partner
from corredor.people.enums import AddressKind
from corredor.people.models import Address, Invite, StaffSession, User
from corredor.subscriptions.models import Subscription, Suppression


class Form(StrEnum):
    """How it lies there."""

    CLEAR = "CLEAR"  # readable with the database alone
    SEALED = "SEALED"  # readable with the database and the key files of this server
    DIGEST = "DIGEST"  # can be compared with a guess by whoever has the key files, and not turned back


@dataclass(frozen=True, slots=True)
class Kept:
    """One class of data: what it is, in which form, how many, since when."""

    code: str
    form: Form
    count: int
    oldest_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """All that is kept, and what never is."""

    counted_at: datetime
    kept: tuple[Kept, ...]
    never: tuple[str, ...]

    def of_form(self, form: Form) -> list[Kept]:
        """The classes that lie there in one form."""
        return [kept for kept in self.kept if kept.form is form]


def count_exposure(*, now: datetime) -> Exposure:
    """Count what real people left here; drills and their made-up people are not counted."""
    kept = (*_count_clear(), *_count_sealed(), *_count_digests())
    return Exposure(counted_at=now, kept=kept, never=tuple(_list_never()))


def _count_clear() -> Iterable[Kept]:
    reports = Report.objects.filter(is_drill=False)
    notes = Note.objects.filter(report__is_drill=False)
    photos = Photo.objects.filter(report__is_drill=False)
    incidents = Incident.objects.filter(is_drill=False)
    preferences = Subscription.objects.filter(is_drill=False)
    linked = Delivery.objects.filter(alert__is_drill=False, address__isnull=False)
    notices = TransactionalMessage.objects.filter(is_drill=False).exclude(text="")
    staff = User.objects.filter(is_drill=False)
    helpers = Volunteer.objects.filter(is_drill=False, left_at=None)
    stood = Attendance.objects.filter(day__is_drill=False)
    cells = ChildrenInCell.objects.filter(school__is_drill=False)
    outlines = Outline.objects.filter(school__is_drill=False)
    counts = Count.objects.filter(day__is_drill=False)
    follows = Following.objects.filter(school__is_drill=False)
    yield _kept("reports", reports, "received_at", _("Reports in people's own words, with place and time"))
    yield _kept("notes", notes, "said_at", _("What was added to a report or asked about it"))
    yield _kept("photos", photos, "received_at", _("Photos as sent, with what the camera wrote into them"))
    yield _kept("incidents", incidents, "opened_at", _("Incidents: where, when, what verifiers established"))
    yield _kept("subscriptions", preferences, "asked_at", _("Wishes of subscribers: coarse areas, language, hours"))
    got = _("Which subscriber got which alert and whether it arrived, without the address itself")
    yield _kept("deliveries", linked, "due_at", got)
    yield _kept("notices", notices, "due_at", _("Single messages that have not left yet"))
    yield _kept("volunteers", helpers, "asked_at", _("People at schools' posts: alias, vest, posts taken"))
    yield _kept("standings", stood, None, _("Who stood at which post on which day"))
    yield _kept("children", cells, None, _("How many children live in a coarse cell: numbers only"))
    ages = ChildrenOfAge.objects.filter(school__is_drill=False)
    yield _kept("ages", ages, None, _("How many children of three age groups walk: numbers only"))
    yield _kept("outlines", outlines, "drawn_at", _("Where a school's children come from: corners of an area"))
    yield _kept("counts", counts, "counted_at", _("How many children passed a post: numbers only"))
    yield _kept("followings", follows, None, _("Which subscription follows which school"))
    yield _kept("staff", staff, "made_at", _("Staff: sign-in name, alias, roles and training"))
    yield _kept("sessions", StaffSession.objects.all(), "begun_at", _("Signed-in browsers of staff, in coarse words"))
    passkeys = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)
    yield _kept("passkeys", passkeys, "created_at", _("Public halves of staff's passkeys; they open nothing"))
    yield _kept("cookies", Session.objects.all(), None, _("Running sessions: valid as a key for a shift at most"))
    partners = Partner.objects.filter(removed_at=None)
    yield _kept("partners", partners, "added_at", _("Partners: their name and the address that is called with news"))
    yield _kept("timeline", TimelineEntry.objects.all(), "at", _("Who of the staff did what and when, as codes"))


def _count_sealed() -> Iterable[Kept]:
    for kind, code, words in (
        (AddressKind.PHONE, "phones", _("Phone numbers of subscribers and of reporters who asked for an answer")),
        (AddressKind.EMAIL, "mailboxes", _("E-mail addresses of subscribers and reporters")),
        (AddressKind.PUSH, "browsers", _("Push addresses of browsers, known to their makers' push services too")),
        (AddressKind.VOICE, "calls", _("Phone numbers to be called")),
        (AddressKind.SIGNAL, "signal", _("Phone numbers on Signal")),
        (AddressKind.TELEGRAM, "telegram", _("Telegram chats, known to Telegram too")),
        (AddressKind.MATRIX, "matrix", _("Matrix names, known to their home servers too")),
        (AddressKind.NTFY, "ntfy", _("ntfy topics")),
    ):
        yield _kept(code, Address.objects.filter(kind=kind), "made_at", words, form=Form.SEALED)
    signing = Partner.objects.exclude(sealed_secret=None)
    yield _kept("signing", signing, "added_at", _("Secrets that sign what partners are told"), form=Form.SEALED)
    secrets = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    yield _kept("factors", secrets, "created_at", _("Secrets of staff's authenticator apps"), form=Form.SEALED)


def _count_digests() -> Iterable[Kept]:
    receipts = Report.objects.filter(is_drill=False)
    tokens = Partner.objects.exclude(token_digest="")
    passwords = User.objects.filter(is_drill=False)
    codes = GuardianCode.objects.filter(school__is_drill=False, withdrawn_at=None)
    helpers = Volunteer.objects.filter(is_drill=False, left_at=None)
    for code, rows, since, words in (
        ("receipts", receipts, "received_at", _("Receipt codes of reports")),
        ("invites", Invite.objects.all(), "made_at", _("Invitation links")),
        ("refusals", Suppression.objects.all(), "refused_at", _("Numbers that said STOP")),
        ("tokens", tokens, "added_at", _("Tokens of partners who report to us")),
        ("codes", codes, "made_at", _("Guardians' codes at schools")),
        ("links", helpers, "asked_at", _("Links of volunteers to their own page")),
        ("passwords", passwords, "made_at", _("Passwords of staff (Argon2)")),
    ):
        yield _kept(code, rows, since, words, form=Form.DIGEST)


def _list_never() -> list[str]:
    return [
        _("IP addresses, of anybody: not in the database, not in logs"),
        _("Who has read which page; there is no analytics and no cookie but language and staff's sign-in"),
        _("Names of children, or anything that tells one from another"),
        _("Names, home addresses, immigration status, nationality or criminal record of anybody"),
        _("Names, faces, plates or profiles of agents as data; text that holds them is redacted before it is shown"),
        _("E-mail addresses of staff, or phone numbers other than a school lead's own, sealed"),
        _("Receipt codes, links and passwords themselves"),
    ]


def _kept(code: str, rows: QuerySet[Model], since: str | None, words: str, *, form: Form = Form.CLEAR) -> Kept:
    oldest = rows.order_by(since).values_list(since, flat=True).first() if since else None
    return Kept(code, form, rows.count(), oldest, words)
