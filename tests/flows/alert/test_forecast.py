"""The forecast: recipients by channel, cost, and a rate learnt from earlier sends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.alerts.enums import AlertKind
from corredor.delivery.models import Delivery, Plan, Route, SendRate
from corredor.delivery.providers.rates import learn, rate_of
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.compose import write_alert
from corredor.flows.alert.forecast import plan_alert
from corredor.subscriptions.enums import Channel
from tests.factories import NOW, make_confirmed, make_neighbours

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(desk):
    make_neighbours(6, channel=Channel.SMS)
    make_neighbours(4, prefix="en", language="en")
    return write_alert(
        incident_id=make_confirmed(desk).pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )


def lane(plan, channel):
    return next(one for one in plan.lanes if one.channel == channel)


def test_people_languages_parts_cost_and_seconds(waiting, settings):
    settings.SEND_PRICES = {"sms_twilio": 0.01}
    settings.FIRST_PACES = settings.FIRST_PACES | {"sms_twilio": 1.0}
    Route.objects.create(channel="SMS", provider="sms_twilio")
    plan = plan_alert(alert=waiting, now=NOW)
    sms = lane(plan, "SMS")

    assert (plan.people, plan.messages) == (10, 10)
    assert (sms.by_language, lane(plan, "EMAIL").by_language) == ({"es": 6}, {"en": 4})
    assert sms.segments == 6 * 2  # its Spanish text takes two parts
    assert sms.cost == pytest.approx(0.12)
    assert lane(plan, "EMAIL").cost is None
    assert sms.last_s == pytest.approx(12.5, abs=0.1)  # a part a second after half a second
    assert plan.last_s == sms.last_s
    assert not sms.is_learnt


@pytest.mark.parametrize("provider", ["sms_gateway", "sms_twilio", "sms_telnyx"])
def test_before_anything_is_learnt_every_carrier_takes_a_part_a_second(waiting, provider):
    """A number of ten digits; five a second would promise the last phone far too early."""
    Route.objects.create(channel="SMS", provider=provider)

    assert lane(plan_alert(alert=waiting, now=NOW), "SMS").per_s == 1.0


@pytest.mark.parametrize(("provider", "per_s"), [("voice", 1.0), ("signal", 1.0), ("telegram", 25.0), ("matrix", 10.0)])
def test_no_forecast_is_faster_than_the_channels_own_limit(settings, provider, per_s):
    assert settings.CORREDOR_PROVIDERS[provider]["per_s"] == per_s
    assert rate_of(provider, {}).per_s == per_s


def test_a_short_form_takes_fewer_parts(waiting, settings):
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {"sms_twilio": {"form": "short"}}
    Route.objects.create(channel="SMS", provider="sms_twilio")

    assert lane(plan_alert(alert=waiting, now=NOW), "SMS").segments == 6


def test_what_waits_already_goes_first(waiting, desk):
    Route.objects.create(channel="SMS", provider="sms_twilio")
    free = lane(plan_alert(alert=waiting, now=NOW), "SMS")
    other = write_alert(
        incident_id=make_confirmed(desk).pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )
    approve_alert(alert_id=other.pk, by=desk["approver"], now=NOW)
    busy = lane(plan_alert(alert=waiting, now=NOW), "SMS")

    assert (free.ahead, busy.ahead) == (0, 6)
    assert busy.last_s > free.last_s


def test_quiet_hours_are_no_part_of_the_seconds(desk):
    from datetime import time

    make_neighbours(3, quiet_from=time(10), quiet_until=time(13), at=(41.8360, -87.7044))
    make_neighbours(2, prefix="awake")
    alert = write_alert(
        incident_id=make_confirmed(desk).pk, kind=AlertKind.CONFIRMED, radius_m=1600, by=desk["writer"], now=NOW
    )
    email = lane(plan_alert(alert=alert, now=NOW), "EMAIL")

    assert (email.messages, email.held) == (2, 3)
    assert email.last_s < 3


def settle(alert, *, channel, provider, per_s, start_s, segments=1):
    """As if a provider had taken them one after another."""
    rows = Delivery.objects.filter(alert=alert, channel=channel).order_by("pk")
    for number, row in enumerate(rows, start=1):
        at = NOW + timedelta(seconds=start_s + number * segments / per_s)
        Delivery.objects.filter(pk=row.pk).update(
            state="SENT", settled_at=at, claimed_at=at, provider=provider, segments=segments
        )


def test_the_pace_is_learnt_and_the_next_forecast_rests_on_it(desk):
    make_neighbours(60, channel=Channel.SMS)
    Route.objects.create(channel="SMS", provider="sms_gateway")
    alerts = [
        write_alert(
            incident_id=make_confirmed(desk).pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
        )
        for _ in range(2)
    ]
    approve_alert(alert_id=alerts[0].pk, by=desk["approver"], now=NOW)
    Plan.objects.update(rows_made_s=0.0)
    settle(alerts[0], channel="SMS", provider="sms_gateway", per_s=6, start_s=2, segments=2)

    assert learn(now=NOW + timedelta(minutes=5)) == 1
    assert learn(now=NOW + timedelta(minutes=6)) == 0
    pace = SendRate.objects.get(provider="sms_gateway")
    assert pace.per_s == pytest.approx(6, rel=0.05)
    assert pace.start_s == pytest.approx(2, abs=0.2)
    again = lane(plan_alert(alert=alerts[1], now=NOW), "SMS")
    assert again.is_learnt
    assert again.last_s == pytest.approx(22, rel=0.05)


def test_an_alert_that_still_goes_out_teaches_nothing_yet(waiting, desk):
    approve_alert(alert_id=waiting.pk, by=desk["approver"], now=NOW)

    assert learn(now=NOW) == 0
    assert learn(now=NOW + timedelta(hours=7)) == 1


def test_the_plan_is_kept_with_the_alert(waiting, desk):
    planned = plan_alert(alert=waiting, now=NOW)
    approve_alert(alert_id=waiting.pk, by=desk["approver"], now=NOW)
    kept = Plan.objects.get(alert=waiting)

    assert (kept.people, kept.messages, kept.last_s) == (10, 10, planned.last_s)
    assert kept.curve[-1] == [round(planned.last_s, 3), 10]
    assert {one["channel"] for one in kept.lanes} == {"SMS", "EMAIL"}
