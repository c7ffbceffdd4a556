"""Reads of the incidents stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from corredor.intake.models import Note, Report

from .enums import Status
from .models import Hazard, Incident, IncidentPlace, Membership, TimelineEntry, Verification

FRESH = timedelta(minutes=30)
FADING = timedelta(minutes=90)


def get_incident(*, incident_id: int) -> Incident:
    """One incident with its present place and who is on it. Raises Incident.DoesNotExist."""
    return Incident.objects.select_related("place", "claimed_by").get(pk=incident_id)


def get_incident_for_update(*, incident_id: int) -> Incident:
    """The same, locked until the transaction ends (on SQLite the whole database is)."""
    return Incident.objects.select_for_update(of=("self",)).select_related("place").get(pk=incident_id)


def list_open_incidents(*, is_drill: bool) -> QuerySet[Incident]:
    """Everything not closed, newest sighting first."""
    return (
        Incident.objects.filter(is_drill=is_drill, closed_at=None)
        .select_related("place", "claimed_by")
        .order_by("-last_seen_at", "-pk")
    )


def list_recently_closed(*, is_drill: bool, since: datetime) -> QuerySet[Incident]:
    """Closed since a time, newest first."""
    return (
        Incident.objects.filter(is_drill=is_drill, closed_at__gte=since)
        .select_related("place")
        .order_by("-closed_at", "-pk")
    )


def list_public_incidents(*, is_drill: bool, since: datetime) -> QuerySet[Incident]:
    """What the public may see: everything with an outcome that is open or was closed since a time."""
    return (
        Incident.objects.filter(is_drill=is_drill)
        .exclude(status=Status.BEING_CHECKED)
        .filter(Q(closed_at=None) | Q(closed_at__gte=since))
        .select_related("place")
        .order_by("-last_seen_at", "-pk")
    )


def count_being_checked(*, is_drill: bool) -> int:
    """How many are being checked: all that the public may know of them."""
    return Incident.objects.filter(is_drill=is_drill, closed_at=None, status=Status.BEING_CHECKED).count()


def list_reports(*, incident: Incident) -> QuerySet[Report]:
    """Reports joined to an incident at present, oldest first."""
    return Report.objects.filter(memberships__incident=incident, memberships__left_at=None).order_by(
        "received_at", "pk"
    )


def list_timeline(*, incident: Incident) -> QuerySet[TimelineEntry]:
    """An incident's entries in order, with who did what."""
    return TimelineEntry.objects.filter(incident=incident).select_related("actor").order_by("seq")


def list_active_hazards(*, is_drill: bool) -> QuerySet[Hazard]:
    """Hazards that nobody has cleared, the one that must be looked at soonest first."""
    return (
        Hazard.objects.filter(incident__is_drill=is_drill, cleared_at=None)
        .select_related("incident")
        .order_by("look_again_at")
    )


def confidence(*, last_seen_at: datetime, now: datetime) -> str:
    """FRESH, FADING or OLD: how much a sighting still says. The words show its age in minutes anyway."""
    age = now - last_seen_at
    return "FRESH" if age <= FRESH else "FADING" if age <= FADING else "OLD"


def desk_version(*, is_drill: bool) -> str:
    """A string that changes with every change the desk shows; cheap enough to ask for every second."""
    entries = TimelineEntry.objects.exclude(incident__is_drill=not is_drill).order_by("-seq")
    head = entries.values_list("seq", flat=True).first() or 0
    newest = Report.objects.filter(is_drill=is_drill).aggregate(newest=Max("pk"))["newest"] or 0
    return f"{head}.{newest}"


def get_incident_by_slug(*, slug: str) -> Incident:
    """One incident by its public name. Raises Incident.DoesNotExist."""
    return Incident.objects.select_related("place", "claimed_by").get(slug=slug)


def count_reports(*, incident_ids: Sequence[int]) -> dict[int, int]:
    """How many reports each incident has at present; those without any are missing."""
    rows = Membership.objects.filter(incident_id__in=incident_ids, left_at=None)
    return dict(rows.order_by().values_list("incident").annotate(n=Count("pk")))


def list_memberships(*, incident: Incident) -> QuerySet[Membership]:
    """Reports joined at present with all that was said and shown since, oldest first."""
    return (
        Membership.objects.filter(incident=incident, left_at=None)
        .select_related("incident", "report__taken_by", "joined_by")
        .prefetch_related(Prefetch("report__notes", Note.objects.select_related("said_by")), "report__photos")
        .order_by("report__received_at", "report__pk")
    )


def get_membership(*, report_id: int) -> Membership | None:
    """To which incident a report belongs at present, if to any."""
    return (
        Membership.objects.filter(report_id=report_id, left_at=None)
        .select_related("incident__place", "joined_by")
        .first()
    )


def list_verifications(*, incident: Incident) -> QuerySet[Verification]:
    """What verifiers established, oldest first, with who it was."""
    return Verification.objects.filter(incident=incident).select_related("verifier")


def list_path(*, incident: Incident) -> QuerySet[IncidentPlace]:
    """The incident's places in order, with who confirmed each."""
    return IncidentPlace.objects.filter(incident=incident).select_related("confirmed_by")


def list_hazards(*, incident: Incident) -> QuerySet[Hazard]:
    """All dangers noted at an incident, cleared ones too, oldest first."""
    return Hazard.objects.filter(incident=incident).select_related("noted_by").order_by("noted_at", "pk")


def get_hazard(*, hazard_id: int) -> Hazard:
    """One danger with its incident. Raises Hazard.DoesNotExist."""
    return Hazard.objects.select_related("incident").get(pk=hazard_id)
