"""Every staff URL, by every role, with existing ids: users without the role are refused."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from corredor.alerts.enums import AlertKind, AlertState
from corredor.corridors.models import Message
from corredor.corridors.rules import MAY_HOLD
from corredor.delivery.models import Halt
from corredor.flows.alert.compose import write_alert
from corredor.flows.school import day as school_day
from corredor.incidents.models import TimelineEntry
from corredor.partners.models import Partner
from corredor.people.enums import Role
from corredor.web.desk.access import DESK_ROLES
from tests.factories import NOW, make_confirmed, make_user
from tests.flows.school_day import make_school_day
from tests.web.signing_in import pass_gate
from tests.web.steward.test_gate import STAFF_PAGES

pytestmark = pytest.mark.django_db
OWN = {f"steward:{name}" for name in ("home", "join", "begin", "me", "end_session", "end_other_sessions")}
OF_ALL = {"schools:team"}  # says which schools one leads, to whoever leads some
AREAS = {
    "steward:": frozenset({Role.STEWARD}),
    "desk:": DESK_ROLES,
    "schools:": frozenset({*MAY_HOLD, Role.STEWARD}),  # besides the school's own leads
}
ROLES = [None, *Role.values]


def sign_in(role):
    return pass_gate(Client(), make_user("Zoila", *([role] if role else [])))


@pytest.mark.parametrize("role", ROLES)
def test_each_area_opens_to_its_roles_alone(role, desk):
    at = make_school_day(now=timezone.now())
    dismissal = at.planned()
    school_day.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=timezone.now())
    alert = write_alert(
        incident_id=make_confirmed(desk).pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )
    slugs = {"schools:": at.school.slug, "desk:": alert.incident.slug}
    client, count = sign_in(role), TimelineEntry.objects.count()
    for area, allowed in AREAS.items():
        if role in allowed:
            continue
        for path, name in STAFF_PAGES:
            if not name.startswith(area) or name in OWN | OF_ALL:
                continue
            real = path.replace("/x/", f"/{slugs.get(area, 'x')}/")
            answers = {client.get(real).status_code, client.post(real).status_code}
            assert 403 in answers, (name, answers)
            assert answers <= {403, 405}, (name, answers)
    assert TimelineEntry.objects.count() == count


@pytest.mark.parametrize("role", ROLES)
def test_each_decision_takes_its_role(role, desk):
    """The page may be open to look at; the button does nothing for whoever may not press it."""
    at = make_school_day(now=timezone.now())
    dismissal = at.planned()
    school_day.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=timezone.now())
    message = Message.objects.get()
    now = timezone.now()
    alert = write_alert(
        incident_id=make_confirmed(desk, now=now).pk,
        kind=AlertKind.CONFIRMED,
        radius_m=800,
        by=desk["writer"],
        now=now,
    )
    client = sign_in(role)

    client.post(f"/desk/alerts/{alert.pk}/release/")
    client.post(f"/desk/alerts/{alert.pk}/approve/")
    alert.refresh_from_db()
    assert (alert.state == AlertState.APPROVED) is (role == Role.APPROVER)

    school = f"/team/{at.school.slug}"
    dismissal = at.dismissal
    for what in ("open", "close", "count"):
        client.post(
            f"{school}/{what}/", {"day": dismissal.pk, "version": dismissal.version, "children": "7", "at": "GATE"}
        )
    assert at.dismissal.version == dismissal.version
    assert not at.dismissal.counts.exists()
    client.post(f"{school}/send/{message.pk}/")
    message.refresh_from_db()
    assert (message.state == "APPROVED") is (role == Role.APPROVER)

    client.post("/staff/partners/add/", {"name": "Red", "url": "https://partner.example.org/", "may_report": "on"})
    assert Partner.objects.exists() is (role == Role.STEWARD)
    client.post("/desk/halt/", {"reason": "x"})
    stops = {Role.APPROVER, Role.OPERATOR, Role.DISPATCHER, Role.VERIFIER, Role.STEWARD}
    assert Halt.objects.exists() is (role in stops)


@pytest.mark.parametrize("path", [path for path, name in STAFF_PAGES if name.startswith(tuple(AREAS))])
def test_no_button_is_pressed_by_another_site_s_page(path, settings):
    """Django's own token, on every address: none of staff's is exempt."""
    client = pass_gate(Client(enforce_csrf_checks=True), make_user("Zoila", *Role.values))

    assert client.post(path, headers={"Origin": "https://elsewhere.example"}).status_code == 403
