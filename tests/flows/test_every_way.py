"""From sign-up to the alert at the provider, by every channel but push: real flows, queue and channels."""

from __future__ import annotations

import re

import pytest

from corredor.alerts.enums import AlertKind
from corredor.delivery.enums import SendState
from corredor.delivery.models import Route, TransactionalMessage
from corredor.delivery.workers.worker import Sender
from corredor.flows.subscribe.confirm import confirm_subscription
from corredor.flows.subscribe.leave import forget_dead_addresses
from corredor.flows.subscribe.opt_in import ADDRESS_OF
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people.models import Address
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod, Subscription
from tests.contracts.recorded import ACCEPTS, twilio
from tests.factories import NOW, PERSHING_KEDZIE, contact_for
from tests.servers.provider import ProviderServer

from .steps import check, open_at, say

pytestmark = pytest.mark.django_db
NUMBER = "+13125550142"
UNPACED = {"per_s": 0, "rate_long": 0, "rate_toll_free": 0, "rate_short": 0}
ACCOUNT = {"account": "AC1", "token": "t", "sender": "+13125550100", **UNPACED}
BY = {
    "sms_twilio": (Channel.SMS, NUMBER, ACCOUNT),
    "sms_telnyx": (Channel.SMS, NUMBER, {"key": "k", "sender": "+13125550100", **UNPACED}),
    "email_provider": (Channel.EMAIL, "ana@example.org", {"provider": "postmark", "key": "k", "sender": "a@b.org"}),
    "voice": (Channel.VOICE, NUMBER, ACCOUNT),
    "signal": (Channel.SIGNAL, NUMBER, {"number": "+13125550100", "per_s": 0}),
    "matrix": (Channel.MATRIX, "@ana:example.org", {"user": "@r:b.org", "token": "t", "room_key": "k", "per_s": 0}),
    "ntfy": (Channel.NTFY, "abcde-fghjk-mnpqr-stuvw", {}),
}


def send_due(channel):
    sender = Sender(channel, clock=lambda: NOW)
    while sender.send_due():
        pass
    sender.close()
    forget_dead_addresses(address_ids=sender.invalid_address_ids, now=NOW)


def sign_up(channel, address):
    """Asked for on the page, with the code that waits in the queue typed there."""
    preferences = Preferences(language="es", circle=(*PERSHING_KEDZIE, 800))
    started = start_subscription(preferences=preferences, contact=contact_for(channel, address), now=NOW)
    text = TransactionalMessage.objects.latest("pk").text
    code = re.search(r"/yes/(\d{6})|((?:\d, ){5}\d|\d{6})", text)
    return started.unsubscribe_token, re.sub(r"\D", "", code[1] or code[2])


@pytest.mark.parametrize("provider", BY)
def test_code_and_alert_reach_the_provider(desk, settings, provider):
    channel, address, values = BY[provider]
    Route.objects.update_or_create(channel=channel, defaults={"provider": provider})
    with ProviderServer(ACCEPTS[provider]) as remote:
        settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {provider: {"url": remote.url, **values}}
        token, code = sign_up(channel, address)
        send_due(channel)
        assert len([asked for asked in remote.asked if not asked.path.endswith("/createRoom")]) == 1
        confirm_subscription(token=token, code=code, now=NOW)
        incident, _ = open_at(desk)
        check(desk, incident)
        alert = say(desk, incident, AlertKind.CONFIRMED)
        send_due(channel)
    row = alert.deliveries.get()
    assert (row.channel, row.state, row.provider) == (channel, SendState.SENT, provider)
    assert row.reference
    said = remote.asked[-1].body.decode()
    assert "Pershing" in said
    assert f"/a/{alert.slug}".replace("/", "%2F") in said or f"/a/{alert.slug}" in said or channel == Channel.VOICE


def test_a_landline_is_not_texted_again_and_can_still_be_called(settings):
    Route.objects.update_or_create(channel="SMS", defaults={"provider": "sms_twilio"})
    Route.objects.update_or_create(channel="VOICE", defaults={"provider": "console"})
    with ProviderServer(twilio(400, 21614)) as provider:
        settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {"sms_twilio": {"url": provider.url, **ACCOUNT}}
        token, code = sign_up(Channel.VOICE, NUMBER)
        confirm_subscription(token=token, code=code, now=NOW)
        sign_up(Channel.SMS, NUMBER)
        send_due(Channel.SMS)
        send_due(Channel.SMS)
    assert len(provider.asked) == 1
    assert TransactionalMessage.objects.get(channel="SMS").code == "21614 LANDLINE"
    assert list(Address.objects.values_list("kind", flat=True)) == ["VOICE"]
    assert ContactMethod.objects.get().kind == "VOICE"
    assert Subscription.objects.get().state == "ACTIVE"


def test_every_way_has_an_address_of_its_own_kind():
    assert set(ADDRESS_OF) == set(Channel)
    assert len(set(ADDRESS_OF.values())) == len(Channel)
