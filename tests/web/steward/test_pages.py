"""The steward's pages: permissions and changes, in both languages."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from corredor.delivery.providers.circuit import note_health
from corredor.delivery.queries import get_failovers, get_routes
from corredor.flows.run.self_check import run_checks
from corredor.incidents.models import TimelineEntry
from corredor.people.enums import Role
from corredor.people.models import Network, StaffSession, Training, User
from corredor.people.queries import list_current_roles
from tests.factories import grant_role, make_user
from tests.web.signing_in import pass_gate

pytestmark = pytest.mark.django_db
PAGES = (
    "/staff/people/",
    "/staff/people/invite/",
    "/staff/channels/",
    "/staff/sending/",
    "/staff/network/",
    "/staff/places/",
    "/staff/check/",
    "/staff/exposure/",
)


def _roles(user):
    return list_current_roles(user=user, today=timezone.localdate())


@pytest.mark.parametrize("path", [*PAGES, "/staff/me/", "/staff/me/second-step/", "/staff/me/password/"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_opens_in_both_languages(steward_client, steward, path, language):
    User.objects.update(language=language)
    answer = steward_client.get(path)
    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="ltr"' in answer.content.decode()
    assert answer["Content-Language"] == language


@pytest.mark.parametrize("path", PAGES)
def test_only_stewards_open_them(path):
    client = pass_gate(Client(), make_user("Ana", Role.OPERATOR, Role.APPROVER))
    answer = client.get(path)
    assert answer.status_code == 403
    assert "Steward" in answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_steward_whose_training_ran_out_is_none(path):
    client = pass_gate(Client(), make_user("Ana", Role.STEWARD, trained_until=date(2021, 1, 1)))
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("action", ["grant", "revoke", "training", "sign-out", "close", "reopen", "way-back"])
def test_nobody_else_changes_people(action):
    ana = make_user("Ana", Role.OPERATOR)
    client = pass_gate(Client(), ana)
    answer = client.post(f"/staff/people/{ana.pk}/{action}/", {"role": "STEWARD", "course": "STEWARDSHIP"})
    assert answer.status_code == 403
    assert _roles(ana) == {"OPERATOR"}


@pytest.mark.parametrize("action", ["grant", "revoke", "training", "sign-out", "close", "reopen", "way-back"])
def test_changes_take_a_post_and_a_form_of_ours(steward, action):
    ana = make_user("Ana")
    client = pass_gate(Client(enforce_csrf_checks=True), steward)
    assert client.get(f"/staff/people/{ana.pk}/{action}/").status_code == 405
    assert client.post(f"/staff/people/{ana.pk}/{action}/").status_code == 403
    assert client.post("/staff/people/999999/grant/").status_code == 403


def test_unknown_people_are_not_found(steward_client):
    assert steward_client.get("/staff/people/999999/").status_code == 404
    assert steward_client.post("/staff/people/999999/grant/", {"role": "OPERATOR"}).status_code == 404
    ghost = make_user("Ghost", is_drill=True)
    assert steward_client.get(f"/staff/people/{ghost.pk}/").status_code == 404
    assert steward_client.post(f"/staff/people/{ghost.pk}/grant/", {"role": "OPERATOR"}).status_code == 404
    assert not ghost.grants.exists()


def test_a_role_counts_once_its_training_is_recorded(steward_client, steward):
    ana = make_user("Ana")
    steward_client.post(f"/staff/people/{ana.pk}/grant/", {"role": "VERIFIER"})
    assert _roles(ana) == set()
    today = timezone.localdate()
    form = {"course": "VERIFICATION", "passed_on": today, "expires_on": today + timedelta(days=365)}
    assert steward_client.post(f"/staff/people/{ana.pk}/training/", form).status_code == 302
    assert _roles(ana) == {"VERIFIER"}
    assert Training.objects.get(user=ana).recorded_by == steward
    steward_client.post(f"/staff/people/{ana.pk}/revoke/", {"role": "VERIFIER"})
    assert _roles(ana) == set()
    kinds = list(TimelineEntry.objects.filter(actor=steward).values_list("kind", flat=True))
    assert kinds == ["staff.role_granted", "staff.training_recorded", "staff.role_revoked"]


def test_giving_a_role_twice_gives_it_once(steward_client):
    ana = make_user("Ana")
    for _ in range(2):
        steward_client.post(f"/staff/people/{ana.pk}/grant/", {"role": "LAWYER"})
    assert ana.grants.count() == 1
    assert _roles(ana) == {"LAWYER"}, "a lawyer needs no course of ours"
    assert steward_client.post(f"/staff/people/{ana.pk}/grant/", {"role": "KING"}).status_code == 302
    assert ana.grants.count() == 1


@pytest.mark.parametrize(("passed", "expires"), [(1, 100), (0, 0), (0, -1), (-10, -10), (-5, None), (None, 5)])
def test_trainings_that_cannot_be(steward_client, passed, expires):
    ana = make_user("Ana")
    today = timezone.localdate()
    day = lambda n: "" if n is None else (today + timedelta(days=n)).isoformat()  # noqa: E731
    form = {"course": "VERIFICATION", "passed_on": day(passed), "expires_on": day(expires)}
    assert steward_client.post(f"/staff/people/{ana.pk}/training/", form).status_code == 422
    assert not Training.objects.filter(user=ana).exists()


def test_what_runs_out_soon_is_listed(steward_client):
    soon = timezone.localdate() + timedelta(days=10)
    make_user("Pronto", Role.VERIFIER, trained_until=soon)
    make_user("Tarde", Role.VERIFIER)
    page = steward_client.get("/staff/people/").content.decode()
    listed = page.split("table-frame")[0]
    assert "Pronto" in listed
    assert "10 days left" in listed
    assert "Tarde" not in listed


def test_the_last_steward_stays(steward_client, steward):
    for action, form in (("revoke", {"role": "STEWARD"}), ("close", {})):
        steward_client.post(f"/staff/people/{steward.pk}/{action}/", form)
        assert steward_client.get("/staff/people/").status_code == 200
    other = make_user("Otra", Role.STEWARD)
    steward_client.post(f"/staff/people/{steward.pk}/revoke/", {"role": "STEWARD"})
    assert steward_client.get("/staff/people/").status_code == 403
    assert _roles(other) == {"STEWARD"}


def test_closing_an_account_signs_out_and_opening_gives_the_roles_back(steward_client):
    ana = make_user("Ana", Role.OPERATOR)
    client = pass_gate(Client(), ana)
    steward_client.post(f"/staff/people/{ana.pk}/close/")
    assert client.get("/staff/me/").status_code == 302
    assert not StaffSession.objects.filter(user=ana).exists()
    ana.refresh_from_db()
    assert _roles(ana) == set()
    steward_client.post(f"/staff/people/{ana.pk}/reopen/")
    ana.refresh_from_db()
    assert _roles(ana) == {"OPERATOR"}


def test_a_steward_signs_somebody_out_everywhere(steward_client):
    ana = make_user("Ana", Role.OPERATOR)
    clients = [pass_gate(Client(), ana) for _ in range(2)]
    steward_client.post(f"/staff/people/{ana.pk}/sign-out/")
    assert [client.get("/staff/me/").status_code for client in clients] == [302, 302]


def test_channels_are_off_until_turned_on_and_on_only_when_set_up(steward_client, steward):
    assert set(get_routes().values()) == {"null", "drill_sink"}
    switch = lambda channel, provider: steward_client.post(  # noqa: E731
        "/staff/channels/switch/", {"channel": channel, "provider": provider}, follow=True
    )
    switch("SMS", "console")
    assert get_routes()["SMS"] == "console"
    assert TimelineEntry.objects.filter(kind="channel.switched", actor=steward).count() == 1
    for channel, provider in (
        ("EMAIL", "email"),  # no mail server is named in the settings
        ("EMAIL", "sms_gateway"),
        ("DRILL", "console"),
        ("SMS", "drill_sink"),
        ("SMS", "no-such"),
        ("", ""),
    ):
        before = get_routes()
        assert switch(channel, provider).status_code == 200
        assert get_routes() == before, (channel, provider)
    page = steward_client.get("/staff/channels/").content.decode()
    assert "SMTP_HOST is missing." in page
    for title in ("Telnyx", "Calls through Twilio", "Your own Signal server", "A Telegram bot", "A Matrix account"):
        assert title in page
    assert "setting &#x27;" not in page, "a log's sentence is shown to a person"


def test_what_is_missing_is_said_in_the_stewards_language(steward_client, steward):
    steward.language = "es"
    steward.save()
    page = steward_client.get("/staff/channels/").content.decode()
    assert "Falta SMTP_HOST." in page
    assert "Falta TELNYX_KEY." in page


def test_a_second_provider_is_named_and_taken_back(steward_client, steward, settings):
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {
        "sms_gateway": {"url": "http://127.0.0.1:9/send", "user": "u", "password": "p"},
        "sms_twilio": {"account": "AC1", "token": "t", "sender": "+13125550100"},
    }
    name = lambda channel, provider: steward_client.post(  # noqa: E731
        "/staff/channels/second/", {"channel": channel, "provider": provider}, follow=True
    )
    name("SMS", "sms_twilio")
    assert get_failovers() == {}, "nothing is on yet, so there is nothing to take over from"
    steward_client.post("/staff/channels/switch/", {"channel": "SMS", "provider": "sms_gateway"})
    for channel, provider in (("SMS", "sms_gateway"), ("SMS", "null"), ("SMS", "email"), ("DRILL", "console")):
        assert name(channel, provider).status_code == 200
        assert get_failovers() == {}, (channel, provider)
    name("SMS", "sms_twilio")
    assert get_failovers() == {"SMS": "sms_twilio"}
    assert TimelineEntry.objects.filter(kind="channel.second", actor=steward).count() == 1

    now = timezone.now()
    note_health("sms_gateway", answers=0, faults=3, code="503", now=now - timedelta(minutes=3))
    page = steward_client.get("/staff/channels/").content.decode()
    assert "Meanwhile messages go by: Twilio." in page
    assert "503" in page
    assert any(finding.code == "CHANNEL" and "503" in finding.words for finding in run_checks(now=now))

    steward_client.post("/staff/channels/switch/", {"channel": "SMS", "provider": "sms_twilio"})
    assert get_failovers() == {}, "nothing takes over from itself"
    name("SMS", "sms_gateway")
    name("SMS", "")
    assert get_failovers() == {}


def test_a_used_up_budget_is_said(steward_client, settings):
    settings.CORREDOR_FALLBACK = settings.CORREDOR_FALLBACK | {"segments_per_day": 0}
    assert "The budget is used up" in steward_client.get("/staff/channels/").content.decode()
    assert any(finding.code == "FALLBACK" for finding in run_checks(now=timezone.now()))


def test_the_networks_settings(steward_client):
    form = {
        "name": "Red de Brighton Park",
        "hotline": "(312) 555-0142",
        "sms_number": "",
        "alert_radius_m": 600,
        "city": "chicago",
        "time_zone": "America/Chicago",
    }
    assert steward_client.post("/staff/network/", form).status_code == 302
    network = Network.objects.get(pk=1)
    assert (network.name, network.alert_radius_m) == ("Red de Brighton Park", 600)
    assert "Red de Brighton Park" in steward_client.get("/staff/network/").content.decode()
    for wrong in ({"alert_radius_m": 20}, {"name": ""}, {"hotline": "<script>"}, {"time_zone": "Mars"}):
        assert steward_client.post("/staff/network/", form | wrong).status_code == 422
    assert Network.objects.get(pk=1).alert_radius_m == 600


def test_names_are_shown_as_text(steward_client):
    ana = make_user("Ana")
    User.objects.filter(pk=ana.pk).update(alias="<script>alert(1)</script>")
    for path in ("/staff/people/", f"/staff/people/{ana.pk}/"):
        page = steward_client.get(path).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page


def test_the_self_check_page_names_what_is_wrong(steward_client):
    grant_role(make_user("Ana"), Role.VERIFIER, trained_until=date(2021, 1, 1))
    page = steward_client.get("/staff/check/").content.decode()
    assert "Ana: training for Verifier has run out" in page


def test_the_number_of_queries_does_not_grow_with_people(steward_client, django_assert_max_num_queries):
    for n in range(12):
        make_user(f"P{n}", Role.OPERATOR, Role.VERIFIER)
    with django_assert_max_num_queries(23):
        steward_client.get("/staff/people/")


def test_a_person_changes_language_and_name(steward_client, steward):
    assert steward_client.post("/staff/me/", {"alias": "Tela", "language": "es"}).status_code == 302
    steward.refresh_from_db()
    assert (steward.alias, steward.language) == ("Tela", "es")
    assert steward_client.post("/staff/me/", {"alias": "Tela", "language": "fr"}).status_code == 422


def test_the_switch_at_the_top_changes_the_accounts_language(steward_client, steward):
    assert '<html lang="en" dir="ltr"' in steward_client.get("/staff/people/").content.decode()
    steward_client.get("/staff/people/?lang=es")
    steward.refresh_from_db()
    assert steward.language == "es"
    answer = steward_client.get("/staff/people/", headers={"Accept-Language": "en"})
    assert '<html lang="es" dir="ltr"' in answer.content.decode()


def test_the_area_somebody_knows_comes_first_at_the_desk():
    ana = make_user("Ana", Role.OPERATOR)
    client = pass_gate(Client(), ana)
    text = "cuadra 2200 de Kedzie"
    first = lambda: client.get("/desk/places/", {"q": text}).content.decode()  # noqa: E731
    assert "it is in the area that was chosen" not in first()
    form = {"alias": "Ana", "language": "en", "area": "community_area:30"}
    assert client.post("/staff/me/", form).status_code == 302
    found = first()
    assert "2200 block of S Kedzie Ave" in found
    assert "it is in the area that was chosen" in found
    assert client.post("/staff/me/", form | {"area": "atlantis"}).status_code == 422


def test_the_head_shows_no_door_that_is_closed(client, steward_client):
    desk = pass_gate(client, make_user("Olga", Role.OPERATOR)).get("/desk/").content.decode()
    own = steward_client.get("/desk/").content.decode()
    for address in ("/staff/people/", "/staff/channels/"):
        assert f'href="{address}"' not in desk
        assert f'href="{address}"' in own
