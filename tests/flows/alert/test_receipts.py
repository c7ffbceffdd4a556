"""A text through the real gateway to a carrier, and its receipt back to the row through the real webhook."""

from __future__ import annotations

import pytest

from corredor.alerts.enums import AlertKind
from corredor.delivery.models import Delivery, Route
from corredor.delivery.queries import get_progress
from corredor.delivery.workers.worker import Sender
from corredor.people import address_book
from corredor.people.contact import Contact
from tests.factories import approve_new_alert, make_confirmed, make_desk, make_neighbours
from tests.servers.deadline import wait_until

TOKEN = "only-for-tests"


@pytest.mark.kannel
@pytest.mark.usefixtures("open_db")
@pytest.mark.parametrize("dead_codes", [(), ("027",)], ids=["as any failure", "as a dead number"])
def test_every_receipt_of_the_gateway_finds_its_row(kannel, live_server, settings, dead_codes):
    settings.CORREDOR_RECEIPTS_EACH_S = 0.05
    settings.CORREDOR_INBOUND = {"gateway_token": TOKEN, "twilio_token": ""}
    settings.CORREDOR_GATEWAY_DEAD_CODES = dead_codes
    page = f"{live_server.url}/hooks/sms/gateway/receipt?token={TOKEN}"
    settings.CORREDOR_PROVIDERS = {"sms_gateway": kannel.settings(receipt_url=page)}
    desk = make_desk()
    make_neighbours(10, channel="SMS")
    unreachable = address_book.save_address(Contact.parse("PHONE", "+13125550199"), now=desk["writer"].made_at)
    row = make_neighbours(11, channel="SMS")[10].methods.get()
    row.address = unreachable
    row.save()
    Route.objects.create(channel="SMS", provider="sms_gateway")
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    assert alert.deliveries.count() == 11

    sender = Sender("SMS", clock=lambda: alert.approved_at)
    while sender.send_due():
        pass
    sender.close()
    wait_until(lambda: not Delivery.objects.filter(receipt="").exists(), "all receipts")

    assert get_progress(alert_id=alert.pk).delivered == 10
    lost = alert.deliveries.get(receipt="UNDELIVERED")
    assert lost.receipt_code == "027"
    assert (lost.state, lost.address_id is None) == (("INVALID_ADDRESS", True) if dead_codes else ("SENT", False))
