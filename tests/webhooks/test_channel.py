"""The webhook of a channel: signed calls confirm, unsubscribe and settle; others change nothing."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from corredor.delivery.models import TransactionalMessage
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people.models import Address
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import Channel, SubscriptionState
from corredor.subscriptions.models import Subscription, Suppression
from tests.factories import NOW, contact_for

pytestmark = pytest.mark.django_db
NUMBER = "+13125550142"


@pytest.fixture(autouse=True)
def _secrets(settings):
    changed = settings.CORREDOR_PROVIDERS["whatsapp"] | {"app_secret": "s3cret", "verify_token": "v3rify"}
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {"whatsapp": changed}


def call(client, value, *, secret=b"s3cret"):
    body = json.dumps({"entry": [{"changes": [{"value": value}]}]}).encode()
    signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature}
    return client.post("/hooks/channel/whatsapp", body, content_type="application/json", headers=headers)


def answer(client, words, **options):
    return call(client, {"messages": [{"from": NUMBER[1:], "id": "w1", "text": {"body": words}}]}, **options)


def sign_up():
    wanted = Preferences(language="es", circle=(41.82263, -87.70447, 800))
    return start_subscription(preferences=wanted, contact=contact_for(Channel("WHATSAPP"), NUMBER), now=NOW)


def test_the_opt_in_request_carries_a_code_and_yes_confirms(client):
    assert sign_up().needs_code
    request = TransactionalMessage.objects.get(channel="WHATSAPP")
    assert "SI" in request.text
    assert answer(client, "SI").status_code == 200
    assert Subscription.objects.get().state == SubscriptionState.ACTIVE


def test_stop_erases_the_number_and_is_remembered_as_a_digest(client):
    sign_up()
    answer(client, "sí")
    assert answer(client, "ALTO").status_code == 200
    assert not Subscription.objects.exists()
    assert not Address.objects.filter(kind="WHATSAPP").exists()
    assert Suppression.objects.count() == 1


def test_a_forged_call_does_nothing(client):
    sign_up()
    assert answer(client, "SI", secret=b"guess").status_code == 403
    assert Subscription.objects.get().state == SubscriptionState.PENDING


def test_the_challenge_is_answered_and_unknown_channels_are_not_found(client):
    asked = {"hub.mode": "subscribe", "hub.verify_token": "v3rify", "hub.challenge": "42"}
    assert client.get("/hooks/channel/whatsapp", asked).content == b"42"
    assert client.get("/hooks/channel/whatsapp", asked | {"hub.verify_token": "x"}).status_code == 403
    assert client.get("/hooks/channel/sms").status_code == 404
