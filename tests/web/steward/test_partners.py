"""The page of partners: added, secrets shown once, tested, turned off; stewards only."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from corredor.partners.models import Partner
from corredor.people.enums import Role
from tests.factories import make_user
from tests.servers.partner import PartnerServer
from tests.web.signing_in import pass_gate


@pytest.fixture
def server(certificate, settings):
    with PartnerServer(certificate) as running:
        settings.CORREDOR_PARTNERS = {"allowed_private_origins": [running.origin], "ca_file": running.ca_file}
        yield running


def add(client, url="", **fields):
    return client.post("/staff/partners/add/", {"name": "Red de Cicero", "url": url, **fields})


def test_secret_and_token_are_shown_once(steward_client, server):
    reply = add(steward_client, f"{server.origin}/hook", may_report="on")
    assert reply.status_code == 200
    assert "no-store" in reply["Cache-Control"]
    shown = reply.content.decode()
    secret = re.search(r"whsec_[\w+/=]+", shown)[0]
    page = steward_client.get("/staff/partners/").content.decode()
    assert "Red de Cicero" in page
    assert secret not in page
    steward_client.post(f"/staff/partners/{Partner.objects.get().pk}/test/")
    assert server.verify(0, secret)["type"] == "test"


def test_a_test_says_what_came_of_it(steward_client, server):
    add(steward_client, f"{server.origin}/hook")
    address = f"/staff/partners/{Partner.objects.get().pk}/test/"
    assert "204" in steward_client.post(address, follow=True).content.decode()
    server.answers = [(500, {})]
    page = steward_client.post(address, follow=True).content.decode()
    assert "500" in page
    assert "have not accepted" in page


def test_turned_off_by_failures_is_visible(steward_client, server):
    add(steward_client, f"{server.origin}/hook")
    partner = Partner.objects.get()
    server.answers = [(410, {})]
    steward_client.post(f"/staff/partners/{partner.pk}/test/")
    page = steward_client.get("/staff/partners/").content.decode()
    assert "Their server says that the address is no more" in page
    assert "told nothing any more" in steward_client.get("/staff/check/").content.decode()
    steward_client.post(f"/staff/partners/{partner.pk}/switch/", {"is_on": "1"})
    partner.refresh_from_db()
    assert partner.is_on


@pytest.mark.parametrize("url", ["http://x.example/", "nonsense", "https://a:bcde@x.example/"])
def test_a_wrong_address_is_said_beside_its_field(steward_client, url):
    reply = add(steward_client, url)
    assert reply.status_code == 422
    assert "https://" in reply.content.decode()
    assert Partner.objects.count() == 0


def test_removed_is_gone_from_the_page_and_twice_is_not_found(steward_client):
    add(steward_client)
    address = f"/staff/partners/{Partner.objects.get().pk}/remove/"
    assert "Red de Cicero" not in steward_client.post(address, follow=True).content.decode().partition("<main")[2]
    assert steward_client.post(address).status_code == 404


def test_who_is_not_called_has_nothing_to_test(steward_client):
    add(steward_client, may_report="on")
    page = steward_client.post(f"/staff/partners/{Partner.objects.get().pk}/test/", follow=True).content.decode()
    assert "nothing to test or sign" in page


def test_others_may_not(db, steward_client):
    add(steward_client)
    partner = Partner.objects.get().pk
    client = pass_gate(Client(), make_user("Ana", Role.OPERATOR))
    assert client.get("/staff/partners/").status_code == 403
    for what in ("test", "secret", "token", "switch", "remove"):
        assert client.post(f"/staff/partners/{partner}/{what}/").status_code == 403
        assert steward_client.get(f"/staff/partners/{partner}/{what}/").status_code == 405
    assert Client().get("/staff/partners/").status_code == 302
