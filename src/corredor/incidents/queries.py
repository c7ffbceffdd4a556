"""Reads of the incidents stage: incidents, their reports, path, hazards, verifications and timeline."""

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
    """Return one incident with its current place and claimant. Raise Incident.DoesNotExist."""
    return Incident.objects.select_related("place", "claimed_by").get(pk=incident_id)


def get_incident_for_update(*, incident_id: int) -> Incident:
    """The same, locked until the transaction ends (on SQLite: the whole database)."""
    return Incident.objects.select_for_update(of=("self",)).select_related("place").get(pk=incident_id)


def get_incident_of_alert_for_update(*, alert_id: int) -> Incident:
    """Return the incident of an alert, locked. Raise Incident.DoesNotExist."""
    return Incident.objects.select_for_update(of=("self",)).select_related("place").get(alerts=alert_id)


def list_open_incidents(*, is_drill: bool) -> QuerySet[Incident]:
    """Return open incidents, last seen first."""
    return (
        Incident.objects.filter(is_drill=is_drill, closed_at=None)
        .select_related("place", "claimed_by")
        .order_by("-last_seen_at", "-pk")
    )


def list_desk_incidents(*, is_drill: bool, since: datetime) -> QuerySet[Incident]:
    """Return incidents that are open or were closed since a time, last seen first."""
    return (
        Incident.objects.filter(Q(closed_at=None) | Q(closed_at__gte=since), is_drill=is_drill)
        .select_related("place", "claimed_by")
        .order_by("-last_seen_at", "-pk")
    )


def list_public_incidents(*, is_drill: bool, since: datetime) -> QuerySet[Incident]:
    """Return public incidents: verified, and open or closed since a time."""
    return (
        Incident.objects.filter(is_drill=is_drill)
        .exclude(status=Status.BEING_CHECKED)
        .filter(Q(closed_at=None) | Q(closed_at__gte=since))
        .select_related("place")
        .order_by("-last_seen_at", "-pk")
    )


def count_being_checked(*, is_drill: bool) -> int:
    """Return the number of unverified open incidents: all that the public may know of them."""
    return Incident.objects.filter(is_drill=is_drill, closed_at=None, status=Status.BEING_CHECKED).count()


def list_reports(*, incident: Incident) -> QuerySet[Report]:
    """Return reports currently joined to an incident, oldest first."""
    return Report.objects.filter(memberships__incident=incident, memberships__left_at=None).order_by(
        "received_at", "pk"
    )


def list_timeline(*, incident: Incident) -> QuerySet[TimelineEntry]:
    """Return an incident's timeline in order, with actors."""
    return TimelineEntry.objects.filter(incident=incident).select_related("actor").order_by("seq")


def list_active_hazards(*, is_drill: bool) -> QuerySet[Hazard]:
    """Return hazards not cleared, the next to be checked first."""
    return (
        Hazard.objects.filter(incident__is_drill=is_drill, cleared_at=None)
        .select_related("incident")
        .order_by("look_again_at")
    )


def confidence(*, last_seen_at: datetime, now: datetime) -> str:
    """Return the confidence class by age of the sighting: FRESH, FADING or OLD. Pages show the minutes as well."""
    age = now - last_seen_at
    return "FRESH" if age <= FRESH else "FADING" if age <= FADING else "OLD"


def desk_version(*, is_drill: bool) -> str:
    """Return a version string of the desk's data; cheap enough to poll every second."""
    entries = TimelineEntry.objects.exclude(incident__is_drill=not is_drill).order_by("-seq")
    head = entries.values_list("seq", flat=True).first() or 0
    newest = Report.objects.filter(is_drill=is_drill).aggregate(newest=Max("pk"))["newest"] or 0
    return f"{head}.{newest}"


def get_incident_by_slug(*, slug: str) -> Incident:
    """Return one incident by its public name. Raise Incident.DoesNotExist."""
    return Incident.objects.select_related("place", "claimed_by").get(slug=slug)


def count_reports(*, incident_ids: Sequence[int]) -> dict[int, int]:
    """Return the number of reports per incident; incidents without any are missing."""
    rows = Membership.objects.filter(incident_id__in=incident_ids, left_at=None)
    return dict(rows.order_by().values_list("incident").annotate(n=Count("pk")))


def list_memberships(*, incident: Incident) -> QuerySet[Membership]:
    """Return current memberships with reports, notes and photos, oldest first."""
    return (
        Membership.objects.filter(incident=incident, left_at=None)
        .select_related("incident", "report__taken_by", "joined_by")
        .prefetch_related(Prefetch("report__notes", Note.objects.select_related("said_by")), "report__photos")
        .order_by("report__received_at", "report__pk")
    )


def get_membership(*, report_id: int) -> Membership | None:
    """Return a report's current membership, if any."""
    return (
        Membership.objects.filter(report_id=report_id, left_at=None)
        .select_related("incident__place", "joined_by")
        .first()
    )


def list_verifications(*, incident: Incident) -> QuerySet[Verification]:
    """Return verifications with verifiers, oldest first."""
    return Verification.objects.filter(incident=incident).select_related("verifier")


def list_path(*, incident: Incident) -> QuerySet[IncidentPlace]:
    """Return the incident's places in order, with the persons who confirmed them."""
    return IncidentPlace.objects.filter(incident=incident).select_related("confirmed_by")


def list_hazards(*, incident: Incident) -> QuerySet[Hazard]:
    """Return all hazards of an incident, cleared ones too, oldest first."""
    return Hazard.objects.filter(incident=incident).select_related("noted_by").order_by("noted_at", "pk")


def get_hazard(*, hazard_id: int) -> Hazard:
    """Return one hazard with its incident. Raise Hazard.DoesNotExist."""
    return Hazard.objects.select_related("incident").get(pk=hazard_id)
