"""Audiences: who gets a message, who its correction, and who nothing more."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from corredor.alerts.enums import AlertKind
from corredor.alerts.integrity import sign_alert
from corredor.channels.base import Outcome as Sent
from corredor.channels.base import Result
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery
from corredor.delivery.queue.claim import claim_due
from corredor.delivery.queue.release import release_rows
from corredor.delivery.queue.settle import settle
from corredor.engines import hexgrid
from corredor.flows.alert import approve
from corredor.flows.alert.audience import cells_for, count_audience, next_summary
from corredor.flows.alert.halt import end_halt, halt_everything
from corredor.flows.incident.follow import clear_hazard, move_incident, note_hazard
from corredor.incidents.enums import Agency, HazardKind, Outcome
from corredor.people.errors import NotAllowed
from corredor.subscriptions.models import Subscription
from tests.factories import NOW, PERSHING_KEDZIE, ROCKWELL_CERMAK, make_neighbours
from tests.flows.steps import check, open_at, say, send_all

pytestmark = pytest.mark.django_db


def test_a_correction_overtakes_what_has_not_gone_out(desk, settings):
    make_neighbours(5)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    claimed = first.deliveries.order_by("pk")[:2]
    Delivery.objects.filter(pk__in=[row.pk for row in claimed]).update(state=SendState.SENT)

    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN)
    correction = say(desk, incident, AlertKind.CORRECTION)

    assert correction.deliveries.count() == 2
    assert first.deliveries.filter(state=SendState.SUPERSEDED).count() == 3


def test_a_correction_also_goes_to_those_of_whom_nobody_knows_whether_it_arrived(desk, settings):
    make_neighbours(4)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    later = NOW + timedelta(minutes=1)
    claimed = claim_due(model=Delivery, channel="EMAIL", worker="w", most=3, now=later)
    lost, refused, cut_off = claimed
    answers = [
        Sent(lost.pk, Result.RETRY, code="TIMED_OUT", outcome_unknown=True),
        Sent(refused.pk, Result.RETRY, code="429"),
    ]
    settle(model=Delivery, worker="w", provider="web_push", outcomes=answers, attempts={}, now=later)
    release_rows(model=Delivery, now=later, workers=["w"])

    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN)
    correction = say(desk, incident, AlertKind.CORRECTION)

    told = set(correction.deliveries.values_list("address_id", flat=True))
    assert told == {lost.address_id, cut_off.address_id}
    assert first.deliveries.filter(state=SendState.SUPERSEDED).count() == 4


def test_someone_who_left_gets_nothing_more(desk, settings):
    from corredor.flows.subscribe.leave import leave
    from corredor.subscriptions.unsubscribe_link import sign_unsubscribe

    stays, leaves = make_neighbours(2)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings)
    leave(token=sign_unsubscribe(leaves.pk), now=NOW)

    check(desk, incident, Outcome.CONFIRMED_ENDED)
    clear = say(desk, incident, AlertKind.ALL_CLEAR)

    assert first.deliveries.count() == 2  # the count stays, the address does not
    assert list(clear.deliveries.values_list("address_id", flat=True)) == [stays.methods.get().address_id]


def test_quiet_hours_hold_all_but_the_nearest(desk):
    night = NOW.replace(day=5, hour=7)  # 2 in the morning in Chicago
    step = 0.0072  # about 600 m to the east
    make_neighbours(1, quiet_from=time(22), quiet_until=time(7), prefix="near")
    far = make_neighbours(
        1,
        at=(PERSHING_KEDZIE[0], PERSHING_KEDZIE[1] + 3 * step),
        quiet_from=time(22),
        quiet_until=time(4),
        prefix="far",
    )
    incident, _ = open_at(desk, now=night)
    check(desk, incident, now=night)
    alert = say(desk, incident, AlertKind.CONFIRMED, now=night)

    due = dict(alert.deliveries.values_list("subscription_id", "due_at"))
    assert due.pop(far[0].pk) == night + timedelta(hours=2)  # at 4 in the morning
    assert list(due.values()) == [night]


def test_nobody_is_left_out_who_changes_their_quiet_hours_during_an_approval(desk, monkeypatch):
    night = NOW.replace(hour=8)  # 3 a.m. in Chicago
    far = (PERSHING_KEDZIE[0], PERSHING_KEDZIE[1] + 0.0216)  # farther than NEVER_SILENT_M
    *_, changing = make_neighbours(2, at=far, quiet_from=time(22), quiet_until=time(4))

    def change(**kwargs):
        Subscription.objects.filter(pk=changing.pk).update(quiet_until=time(5))
        sign_alert(**kwargs)

    monkeypatch.setattr(approve, "sign_alert", change)  # after the audience was counted, before it is enqueued
    incident, _ = open_at(desk, now=night)
    check(desk, incident, now=night)
    alert = say(desk, incident, AlertKind.CONFIRMED, now=night)

    assert alert.deliveries.filter(subscription=changing).count() == 1
    assert alert.deliveries.count() == 2


def night_of_denial(desk, now, **quiet):
    """Somebody at the very corner who wants rumours denied, and the denial of one."""
    make_neighbours(1, wants_rumour=True, **quiet)
    incident, _ = open_at(desk, now=now)
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=now)
    return say(desk, incident, AlertKind.DENIAL, now=now).deliveries.get()


def test_a_rumour_denied_wakes_nobody_however_near(desk):
    night = NOW.replace(day=5, hour=7)  # 2 in the morning in Chicago

    row = night_of_denial(desk, night, quiet_from=time(22), quiet_until=time(4))
    assert row.due_at == night.replace(hour=9)


def test_quiet_hours_are_over_at_their_end(desk):
    seven = NOW.replace(day=5, hour=12)  # 7 in the morning in Chicago

    row = night_of_denial(desk, seven, quiet_from=time(22), quiet_until=time(7))
    assert row.due_at == seven


def test_the_kill_switch_stops_real_messages(desk, settings):
    make_neighbours(3)
    incident, _ = open_at(desk)
    check(desk, incident)
    say(desk, incident, AlertKind.CONFIRMED)
    halt_everything(reason="strange text", by=desk["operator"], now=NOW)
    send_all(settings)
    assert not Delivery.objects.filter(state=SendState.SENT).exists()

    with pytest.raises(NotAllowed):
        end_halt(by=desk["operator"], now=NOW)
    end_halt(by=desk["approver"], now=NOW)
    send_all(settings)
    assert Delivery.objects.filter(state=SendState.SENT).count() == 3


def test_a_channel_that_is_off_swallows_and_says_so(desk, settings):
    make_neighbours(2)
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings, provider="null")

    assert set(alert.deliveries.values_list("state", flat=True)) == {SendState.DISCARDED}


def told_apart(desk, kinds):
    """An incident that moved with people at both places, and for each kind the preview beside what is queued."""
    make_neighbours(2, prefix="old")
    make_neighbours(3, prefix="new", at=ROCKWELL_CERMAK)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    first.deliveries.update(state=SendState.SENT)
    later = NOW + timedelta(minutes=5)
    move_incident(
        incident_id=incident.pk,
        lat=ROCKWELL_CERMAK[0],
        lon=ROCKWELL_CERMAK[1],
        seen_at=later,
        by=desk["operator"],
        now=later,
    )
    check(desk, incident, now=later)
    found = {}
    for kind in kinds:
        preview = count_audience(incident_id=incident.pk, kind=kind, radius_m=800, now=later)
        alert = say(desk, incident, kind, now=later)
        found[kind] = (preview.people, alert.deliveries.count(), alert.place_id == incident.path.first().pk)
        alert.deliveries.update(state=SendState.SENT)
    return found


def test_the_preview_counts_whom_each_kind_really_reaches(desk):
    """Two were told where it was, three live where it went: neither message goes to the other five or to all."""
    found = told_apart(desk, [AlertKind.MOVED_HERE, AlertKind.MOVED_AWAY])

    assert found == {AlertKind.MOVED_HERE: (3, 3, False), AlertKind.MOVED_AWAY: (2, 2, True)}


def test_a_danger_is_told_around_itself_and_not_around_the_pin(desk):
    make_neighbours(2, prefix="pin")
    make_neighbours(3, prefix="gas", at=ROCKWELL_CERMAK)
    incident, _ = open_at(desk)
    check(desk, incident)
    gas = note_hazard(
        incident_id=incident.pk,
        kind=HazardKind.IRRITANT,
        lat=ROCKWELL_CERMAK[0],
        lon=ROCKWELL_CERMAK[1],
        radius_m=150,
        by=desk["operator"],
        now=NOW,
    )
    place, around = incident.place, {"incident": incident, "place": incident.place, "kind": AlertKind.HAZARD}
    reached = set(cells_for(**around, radius_m=300))
    assert hexgrid.cell_of(*ROCKWELL_CERMAK) in reached
    assert hexgrid.cell_of(place.lat, place.lon) not in reached
    edge = (ROCKWELL_CERMAK[0] + 420 / 111_195, ROCKWELL_CERMAK[1])  # 150 m of gas and 300 m around it
    assert hexgrid.cell_of(*edge) in reached
    assert say(desk, incident, AlertKind.HAZARD).deliveries.count() == 3

    clear_hazard(hazard_id=gas.pk, by=desk["operator"], now=NOW)
    assert hexgrid.cell_of(place.lat, place.lon) in set(cells_for(**around, radius_m=300))


def test_a_warning_s_preview_tells_who_is_held_by_quiet_hours(desk):
    night = NOW.replace(day=5, hour=7)  # 2 in the morning in Chicago
    make_neighbours(2, prefix="near", quiet_from=time(22), quiet_until=time(4))
    step = 3 * 0.0072
    make_neighbours(3, at=(41.8226, -87.7044 + step), prefix="far", quiet_from=time(22), quiet_until=time(4))
    make_neighbours(4, at=(41.8226, -87.7044 + step), prefix="awake")
    incident, _ = open_at(desk, now=night)
    check(desk, incident, now=night)
    found = count_audience(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=1600, now=night)

    assert found.people == 9
    assert [(share.messages, share.held) for share in found.shares] == [(9, 3)]


@pytest.mark.parametrize(
    ("minute", "second", "due"),
    [(0, 0, "16:30"), (0, 1, "16:30"), (29, 59, "16:30"), (30, 0, "17:00"), (59, 59, "17:00")],
)
def test_the_next_summary_is_at_the_next_half_hour(minute, second, due):
    now = NOW.replace(minute=minute, second=second, microsecond=5)
    assert next_summary(now).strftime("%H:%M") == due
    assert next_summary(now).second == next_summary(now).microsecond == 0
