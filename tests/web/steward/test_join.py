"""From an invitation to the desk, and recovery after a lost phone, through the real pages."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from corredor.flows.network import staff
from corredor.incidents.models import TimelineEntry
from corredor.people.enums import Role
from corredor.people.models import Invite, StaffSession, User
from corredor.people.queries import list_current_roles
from corredor.people.second_factor import has_factor, read_totp
from tests.factories import make_user
from tests.web.signing_in import PASSWORD, pass_gate

pytestmark = pytest.mark.django_db
ACCOUNT = {"username": "nube", "alias": "Nube", "password": "four unrelated quiet words"}


def _make_link(client, *roles):
    answer = client.post("/staff/people/invite/", {"roles": list(roles)})
    assert answer.status_code == 200
    return re.search(r"/staff/join/[\w-]+/", answer.content.decode()).group()


def _set_up_app(client):
    page = client.get("/staff/me/second-step/app/")
    assert page.status_code == 200, page.get("Location")
    secret = client.session["mfa.totp.secret"]
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    counter = list(yield_hotp_counters_from_time())[1]
    return client.post("/staff/me/second-step/app/", {"code": format_hotp_value(hotp_value(secret, counter))})


def test_a_new_person_comes_all_the_way_to_the_desk(steward_client, steward):
    link = _make_link(steward_client, Role.OPERATOR)
    client = Client(headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200, "looking uses nothing up"
    answer = client.post(link, ACCOUNT)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert client.get("/desk/")["Location"] == "/staff/begin/"
    assert client.get("/staff/begin/").status_code == 200
    answer = _set_up_app(client)  # without typing the password a second time
    assert (answer.status_code, answer["Location"]) == (302, "/staff/me/second-step/recovery/")
    codes = re.findall(r"<li>(\d{4} \d{4})</li>", client.get(answer["Location"]).content.decode())
    assert len(codes) == 10
    assert client.get("/staff/me/").status_code == 200
    user = User.objects.get(username="nube")
    assert (user.alias, user.language) == ("Nube", "es")
    assert list_current_roles(user=user, today=timezone.localdate()) == frozenset(), "no training yet"
    assert user.grants.get().granted_by == steward
    assert StaffSession.objects.filter(user=user).count() == 1
    # the codes are on paper now, and never on the screen again
    assert not re.findall(r"\d{4} \d{4}", client.get("/staff/me/second-step/recovery/").content.decode())


def test_a_recovery_code_opens_once(steward_client):
    link = _make_link(steward_client)
    client = Client()
    client.post(link, ACCOUNT)
    _set_up_app(client)
    page = client.get("/staff/me/second-step/recovery/").content.decode()
    code = re.search(r"<li>(\d{4} \d{4})</li>", page).group(1)
    for expected in (302, 200):
        browser = Client()
        browser.post("/staff/login/", {"login": "nube", "password": ACCOUNT["password"]})
        assert browser.post("/staff/login/code/", {"code": code}).status_code == expected
    assert browser.get("/staff/me/").status_code == 302


def test_a_link_works_once(steward_client):
    link = _make_link(steward_client)
    assert Client().post(link, ACCOUNT).status_code == 302
    answer = Client().post(link, ACCOUNT | {"username": "otra"})
    assert answer.status_code == 410
    assert not User.objects.filter(username="otra").exists()


def test_a_link_that_is_old_withdrawn_or_made_up_says_so(steward_client):
    link = _make_link(steward_client)
    assert Client().get("/staff/join/made-up/").status_code == 410
    assert Client().get(f"/staff/join/{'x' * 3000}/").status_code == 410
    Invite.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 410
    link = _make_link(steward_client)
    newest = Invite.objects.latest("pk")
    steward_client.post(f"/staff/people/invites/{newest.pk}/withdraw/")
    assert Client().post(link, ACCOUNT).status_code == 410


def test_the_token_is_not_in_the_database(steward_client):
    token = _make_link(steward_client).split("/")[-2]
    assert token not in repr(Invite.objects.values_list())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"username": "estela"}, "already"),
        ({"username": "ESTELA"}, "already"),
        ({"username": "a b"}, "digits"),
        ({"username": "x"}, "at least"),
        ({"password": "short"}, "10"),
        ({"password": "password123"}, "common"),
        ({"password": "12345678901234"}, "numeric"),
        ({"password": "nube-nube-nube", "username": "nube-nube-nub"}, "similar"),
        ({"username": ""}, "required"),
    ],
)
def test_names_and_passwords_that_cannot_be_used(steward_client, change, says):
    link = _make_link(steward_client)
    answer = Client(headers={"Accept-Language": "en"}).post(link, ACCOUNT | change)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Invite.objects.exclude(used_at=None).exists(), "the link is still good"


def test_after_a_lost_phone_a_link_leads_back(steward_client, steward):
    ana = make_user("Ana", Role.OPERATOR)
    lost = pass_gate(Client(), ana)
    answer = steward_client.post(f"/staff/people/{ana.pk}/way-back/")
    link = re.search(r"/staff/join/[\w-]+/", answer.content.decode()).group()
    assert lost.get("/staff/me/").status_code == 302, "whoever has the phone is out"
    assert not has_factor(ana)
    client = Client()
    client.post("/staff/login/", {"login": "ana", "password": PASSWORD})
    assert client.get("/staff/me/").status_code == 302
    answer = Client().post(link, {"password": "four other quiet words"})
    assert answer.status_code == 302
    ana.refresh_from_db()
    assert ana.check_password("four other quiet words")
    assert User.objects.filter(username="ana").count() == 1
    assert TimelineEntry.objects.filter(kind="staff.way_back_given", actor=steward).exists()


def test_two_people_with_one_link(steward_client, steward):
    """The second is refused even when both had been let in to the form."""
    invited = staff.invite_person(roles=[Role.OPERATOR], by=steward, now=timezone.now())
    make = lambda name: staff.accept_invite(  # noqa: E731
        token=invited.token, username=name, password=ACCOUNT["password"], language="es", now=timezone.now()
    )
    make("uno")
    with pytest.raises(staff.WrongInvite):
        make("dos")
    assert not User.objects.filter(username="dos").exists()


def test_the_only_second_step_cannot_be_removed(steward_client, steward):
    steward_client.post("/staff/again/", {"password": PASSWORD})
    assert steward_client.post("/staff/me/second-step/app/remove/").status_code == 302
    assert has_factor(steward)


def test_delicate_steps_ask_again(steward_client, steward):
    answer = steward_client.get("/staff/me/second-step/recovery/new/")
    assert answer["Location"].startswith("/staff/again/")
    steward_client.post("/staff/again/", {"password": PASSWORD})
    assert steward_client.post("/staff/me/second-step/recovery/new/").status_code == 302
    assert (
        len(
            re.findall(
                r"<li>(\d{4} \d{4})</li>", steward_client.get("/staff/me/second-step/recovery/").content.decode()
            )
        )
        == 10
    )
    assert read_totp(steward)
