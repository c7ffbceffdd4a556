"""Details of the staff gate: the owner of a session, the factor to ask for, and responses to scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory
from django.utils import timezone

from corredor.people.models import StaffSession, User
from corredor.people.second_factor import make_totp
from corredor.web.staff_gate import is_staff_area
from corredor.web.steward.adapter import SESSION_MARK, AccountAdapter
from tests.factories import make_user
from tests.web.signing_in import PASSWORD, pass_gate, sign_in_through_pages

pytestmark = pytest.mark.django_db


def log_in(client: Client, user: User) -> None:
    """Name and password; the second step has not been asked for yet."""
    assert client.post("/staff/login/", {"login": user.username, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("path", ["/desk", "/desk/", "/desk/x", "/staff/login/", "/team/x/", "/vault", "/field/"])
def test_areas_of_staff(path):
    assert is_staff_area(path)


@pytest.mark.parametrize("path", ["/", "/desks", "/deskx/", "/s/", "/i/desk", "/school/x/", "/i/staff/"])
def test_what_is_no_area_of_staff(path):
    assert not is_staff_area(path)


def test_a_session_is_listed_for_its_own_person_alone(client):
    """A cookie that names somebody else's listed session opens nothing."""
    ana, beto = make_user("Ana", "STEWARD"), make_user("Beto", "STEWARD")
    pass_gate(client, ana)
    pass_gate(Client(), beto)
    session = client.session
    session[SESSION_MARK] = StaffSession.objects.get(user=beto).pk
    session.save()

    assert client.get("/staff/me/")["Location"].startswith("/staff/login/")


def test_a_session_just_short_of_a_shift_still_opens(client):
    pass_gate(client, make_user("Ana", "STEWARD"))
    StaffSession.objects.update(begun_at=timezone.now() - timedelta(hours=11, minutes=59))

    assert client.get("/staff/me/").status_code == 200


def test_whoever_is_out_can_sign_in_again_at_once(client):
    pass_gate(client, make_user("Ana", "STEWARD"))
    StaffSession.objects.all().delete()

    assert client.get("/staff/login/").status_code == 200
    assert "_auth_user_id" not in client.session


def test_whoever_has_a_passkey_alone_is_asked_for_it(client):
    user = make_user("Ana", "STEWARD")
    log_in(client, user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}})

    assert client.get("/staff/me/")["Location"] == "/staff/again/passkey/"


def test_a_piece_of_a_page_is_answered_401_while_the_second_step_is_missing(client):
    user = make_user("Ana", "STEWARD")
    log_in(client, user)
    assert client.get("/staff/me/", headers={"HX-Request": "true"}).status_code == 401

    make_totp(user)
    assert client.get("/staff/me/", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize("path", ["/staff/login/", "/desk/", "/staff/no-such-page/"])
def test_no_answer_of_staff_is_kept_by_a_browser(client, path):
    assert "no-store" in client.get(path)["Cache-Control"]


def test_pages_speak_the_language_of_the_account_which_the_link_changes(client):
    user = make_user("Ana", "STEWARD")
    User.objects.filter(pk=user.pk).update(language="es")
    pass_gate(client, user)
    assert client.get("/staff/me/", headers={"Accept-Language": "en"})["Content-Language"] == "es"

    assert client.get("/staff/me/?lang=en")["Content-Language"] == "en"
    assert User.objects.get().language == "en"
    assert client.get("/staff/me/", headers={"Accept-Language": "es"})["Content-Language"] == "en"


def test_signing_out_takes_the_browser_off_the_list_and_no_other(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    sign_in_through_pages(client, user)
    pass_gate(Client(), user)
    assert StaffSession.objects.count() == 2

    client.post("/staff/logout/")
    assert StaffSession.objects.count() == 1
    assert client.get("/staff/me/")["Location"].startswith("/staff/login/")


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_drill": True}])
def test_the_adapter_itself_lets_nobody_in_who_may_not(change):
    user = User(username="x", **change)
    answer = AccountAdapter().pre_login(RequestFactory().get("/"), user)

    assert answer is not None
    assert answer["Location"] == "/staff/closed/"


def test_an_address_of_a_visitor_is_kept_as_a_stand_in_that_tells_visitors_apart():
    def read(address: str) -> str:
        return AccountAdapter().get_client_ip(RequestFactory().get("/", REMOTE_ADDR=address))

    assert "203.0.113.7" not in read("203.0.113.7")
    assert read("203.0.113.7") == read("203.0.113.7")
    assert read("203.0.113.7") != read("203.0.113.8")
