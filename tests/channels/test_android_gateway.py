"""The Android form of the gateway channel."""

import base64
import json

import pytest

from corredor.channels.base import Result
from corredor.channels.sms.gateway.provider import GatewayProvider
from tests.channels.message import make_message
from tests.servers.provider import ProviderServer

PENDING = (202, {}, json.dumps({"id": "d7", "state": "Pending", "recipients": []}))


def send_one(answer):
    with ProviderServer(answer) as remote:
        values = {"url": remote.url + "/messages", "user": "u", "password": "p", "dialect": "android"}
        provider = GatewayProvider.from_mapping(values)
        (outcome,) = provider.send_many([make_message(7, "+13125550101", standard="Está aquí.", link="")])
        provider.close()
    return outcome, remote.asked[0]


def test_what_is_posted():
    outcome, asked = send_one(PENDING)
    assert (outcome.result, outcome.reference) == (Result.ACCEPTED, "d7")
    assert asked.path == "/messages"
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"u:p").decode()
    assert asked.json == {
        "id": "d7",
        "textMessage": {"text": "Esta aqui."},
        "phoneNumbers": ["+13125550101"],
        "withDeliveryReport": True,
    }


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (201, "ACCEPTED"),
        (409, "ACCEPTED"),
        (400, "FAILED"),
        (401, "RETRY"),
        (404, "RETRY"),
        (429, "RETRY"),
        (500, "RETRY"),
    ],
)
def test_what_the_answers_mean(status, result):
    assert send_one((status, {}, "{}"))[0].result == Result(result)
