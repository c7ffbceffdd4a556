"""Keys pressed in a call: the right one ends the calls to that number, only in a call signed by the provider."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from corredor.channels.sms.twilio.signature import sign
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people.models import Address
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import Suppression
from tests.factories import NOW, contact_for

pytestmark = pytest.mark.django_db
TOKEN, NUMBER = "twilio-secret", "+13125550142"


@pytest.fixture(autouse=True)
def _subscriber(settings):
    settings.CORREDOR_INBOUND = settings.CORREDOR_INBOUND | {"twilio_token": TOKEN}
    preferences = Preferences(language="es", areas=("community_area:58",))
    start_subscription(preferences=preferences, contact=contact_for(Channel.VOICE, NUMBER), now=NOW)


def press(client, key, *, language="es", signature=None, **changes):
    fields = {"To": NUMBER, "From": "+13125550100", "Digits": key, "Direction": "outbound-api", **changes}
    path = f"/hooks/voice/keys?language={language}"
    signed = sign(f"http://localhost:8000{path}", fields, TOKEN) if signature is None else signature
    return client.post(
        path,
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signed},
    )


@pytest.mark.parametrize(("language", "words"), [("es", "Ya no le llamaremos."), ("en", "no more calls")])
def test_nine_ends_the_calls(client, language, words):
    answer = press(client, "9", language=language)
    assert words in answer.content.decode()
    assert answer["Content-Type"].startswith("text/xml")
    assert not Address.objects.exists()
    assert Suppression.objects.count() == 1
    assert press(client, "9").status_code == 200  # pressed twice is no fault


@pytest.mark.parametrize("key", ["", "1", "#", "0"])
def test_another_key_only_closes_the_line(client, key):
    assert press(client, key).content.decode().endswith("<Response><Hangup/></Response>")
    assert Address.objects.count() == 1


def test_nobody_else_can_press_it(client):
    assert press(client, "9", signature="").status_code == 403
    assert press(client, "9", signature="AAAA").status_code == 403
    assert Address.objects.count() == 1


def test_a_number_that_is_none_is_passed_over(client):
    assert press(client, "9", To="sip:x").status_code == 200
    assert press(client, "9", To="").status_code == 400
    assert Address.objects.count() == 1
