"""The sixteen rows of the story this project starts from: which ones the system covered in this run.

A row is covered when each of its parts is found in the run's data. Rows of stages that do not exist yet are not
covered.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.apps import apps
from django.db.models import F, Q

from corredor.alerts.enums import Advice, AlertKind
from corredor.alerts.models import Alert
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery
from corredor.incidents.enums import PlaceKind
from corredor.incidents.models import Hazard, Incident, IncidentPlace, TimelineEntry
from corredor.review import figures, queries, safety
from corredor.review.models import DrillReport

from .play import Play
from .reach import find_misdirected
from .school_result import tell_school_rows

CARRIED, NOT_YET = "carried", "not yet"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the story and the truth of its parts."""

    number: int
    parts: dict[str, bool]

    @property
    def state(self) -> str:
        """CARRIED only if no part is missing."""
        return CARRIED if all(self.parts.values()) else NOT_YET


def tell_story(play: Play) -> list[Row]:
    """Return all rows in order."""
    ids = list(play.incidents.values())
    schools, corridors = tell_school_rows(play)
    return [
        Row(1, _told_anyhow(play)),
        Row(2, _confirmed_or_denied(ids)),
        Row(3, _warned_around(ids)),
        Row(4, {"waves of trained people": _has_drill_rows("dispatch")}),
        Row(5, schools),
        Row(6, corridors),
        Row(7, _hazards(ids, kept_out=corridors["away from what happened"])),
        Row(8, _hurt_first(play)),
        Row(9, _long_hours(ids)),
        Row(10, {"sites that open": _has_drill_rows("aid")}),
        Row(11, {"rights, reviewed and offline": _has_drill_rows("rights")}),
        Row(12, {"families guided and sealed": _has_drill_rows("vault")}),
        Row(13, _followed(ids)),
        Row(14, {"evidence untouched": _has_drill_rows("vault")}),
        Row(15, _came_back(ids)),
        Row(16, _told_it_is_over(ids)),
    ]


def _told_anyhow(play: Play) -> dict[str, bool]:
    located = DrillReport.objects.filter(run=play.run, pin_lat__isnull=False)
    share, count = queries.measure_located(run=play.run)
    doors = set(located.values_list("report__source", flat=True))
    languages = set(located.values_list("report__language", flat=True))
    return {
        "by web, text and phone": doors >= {"WEB", "SMS", "PHONE"},
        "in several languages": len(languages) > 1,
        "and it knows where": count > 0 and share == 1.0,
    }


def _confirmed_or_denied(ids: Collection[int]) -> dict[str, bool]:
    return {
        "nobody warned before": safety.count_sends_before_confirmation(incident_ids=ids) == 0,
        "verified by somebody trained": Incident.objects.filter(
            pk__in=ids, verifications__training__isnull=False
        ).exists(),
        "rumours denied": figures.count_denied_rumours(incident_ids=ids) > 0,
        "a wrong alert corrected": _sent(ids, AlertKind.CORRECTION)
        and safety.count_corrections_missed(incident_ids=ids) == 0,
    }


def _warned_around(ids: Collection[int]) -> dict[str, bool]:
    sent = Delivery.objects.filter(alert__incident_id__in=ids, state=SendState.SENT)
    missed, strayed = find_misdirected(incident_ids=ids)
    return {
        "in several languages": len(set(sent.values_list("language", flat=True))) > 1,
        "everyone around": sent.exists() and not missed,
        "nobody else": not strayed,
    }


def _hazards(ids: Collection[int], *, kept_out: bool) -> dict[str, bool]:
    hazards = Hazard.objects.filter(incident_id__in=ids)
    return {
        "a clock that asks to look again": hazards.filter(look_again_at__gt=F("noted_at")).count() > 1,
        "cleared by people only": hazards.exists()
        and not hazards.filter(Q(cleared_at=None) | Q(cleared_by=None)).exists(),
        "people told what to do": any(
            Advice.KEEP_WINDOWS_SHUT in alert.advice
            for alert in Alert.objects.filter(incident_id__in=ids, approved_at__isnull=False)
        ),
        "corridors kept out of them": kept_out and _has_drill_rows("corridors"),
    }


def _hurt_first(play: Play) -> dict[str, bool]:
    hurt = play.tally["hurt_reports"]
    return {
        "first in the queue": 0 < hurt == play.tally["hurt_reports_first"],
        "told to call 911": play.tally["hurt_without_911"] == 0,
        "medics asked to come": _has_drill_rows("dispatch"),
    }


def _long_hours(ids: Collection[int]) -> dict[str, bool]:
    entries = TimelineEntry.objects.filter(incident_id__in=ids)
    claims = entries.filter(kind="incident.claimed")
    handed_over = any(claims.filter(incident_id=pk).values("actor_id").distinct().count() > 1 for pk in ids)
    return {
        "a timeline that holds": entries.exists() and safety.is_chain_valid(),
        "shifts handed over": handed_over,
        "people rested and supplied": _has_drill_rows("dispatch") and _has_drill_rows("aid"),
    }


def _followed(ids: Collection[int]) -> dict[str, bool]:
    moved = IncidentPlace.objects.filter(incident_id__in=ids, kind=PlaceKind.MOVED)
    new_ground = [
        place
        for place in moved
        if IncidentPlace.objects.filter(incident_id=place.incident_id, kind=PlaceKind.FIRST)
        .exclude(area_code=place.area_code)
        .exists()
    ]
    told = Delivery.objects.filter(alert__place__in=new_ground, alert__kind=AlertKind.MOVED_HERE, state=SendState.SENT)
    return {"one incident, two places": bool(new_ground), "the new place warned": told.exists()}


def _came_back(ids: Collection[int]) -> dict[str, bool]:
    back = IncidentPlace.objects.filter(incident_id__in=ids, kind=PlaceKind.RETURNED)
    alerts = Alert.objects.filter(incident_id__in=ids, kind=AlertKind.RETURNED, approved_at__isnull=False)
    return {
        "reopened": back.exists(),
        "warned again": _sent(ids, AlertKind.RETURNED),
        "once": 0 < alerts.count() == back.count() and safety.count_warned_twice(incident_ids=ids) == 0,
    }


def _told_it_is_over(ids: Collection[int]) -> dict[str, bool]:
    return {
        "everyone who was warned": _sent(ids, AlertKind.ALL_CLEAR)
        and safety.count_all_clear_missed(incident_ids=ids) == 0,
        "and closed": bool(ids) and not Incident.objects.filter(pk__in=ids, closed_at=None).exists(),
    }


def _sent(ids: Collection[int], kind: AlertKind) -> bool:
    return Delivery.objects.filter(alert__incident_id__in=ids, alert__kind=kind, state=SendState.SENT).exists()


def _has_drill_rows(stage: str) -> bool:
    """Return whether a stage exists and has drill rows."""
    if not apps.is_installed(f"corredor.{stage}"):
        return False
    models = apps.get_app_config(stage).get_models()
    return any(
        model._default_manager.filter(is_drill=True).exists()
        for model in models
        if any(field.name == "is_drill" for field in model._meta.get_fields())
    )
