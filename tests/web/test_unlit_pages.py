"""The pages of unlit streets, a steward's and a lead's: by name, by a point, listed with author, removed."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from corredor.flows.network import unlit_streets
from corredor.people.enums import Role
from corredor.places.models import UnlitStreet
from corredor.web.unlit_page import say_stretch
from tests.factories import make_user
from tests.flows.school_day import make_school_day
from tests.web.signing_in import pass_gate

pytestmark = pytest.mark.django_db
BY_NAME = {"street": "Fairfield", "start": "42", "end": "Pope John Paul II"}


@pytest.fixture(autouse=True)
def _no_tries_remembered():
    cache.clear()


@pytest.fixture
def at(db):
    return make_school_day(now=timezone.now(), volunteers=1)


@pytest.fixture(params=["steward", "lead"])
def seat(request, at):
    """(browser, address of the page) of a steward, then of a lead."""
    user = at.steward if request.param == "steward" else at.lead
    page = "/staff/unlit/" if request.param == "steward" else f"/team/{at.school.slug}/settings/unlit/"
    return pass_gate(Client(), user), page


def test_by_name_listed_with_who_and_taken_back(seat):
    client, page = seat
    assert "None is marked." in client.get(page).content.decode()
    words = client.post(page, BY_NAME, follow=True).content.decode()
    row = UnlitStreet.objects.get()
    label = say_stretch(row.street, row.start, row.end)
    assert label.startswith("Fairfield Ave, from ")
    assert f"Marked: {label}." in words
    assert f"<strong>{label}</strong>" in words
    assert row.marked_by.alias in words

    again = client.post(page, BY_NAME)
    assert again.status_code == 422
    assert "This stretch is marked already." in again.content.decode()

    words = client.post(f"{page}{row.pk}/remove/", follow=True).content.decode()
    assert "None is marked." in words
    row.refresh_from_db()
    assert row.removed_at is not None


def test_a_point_is_named_before_it_is_marked(seat, at):
    client, page = seat
    where = {"lat": at.school.lat + 0.0009, "lon": at.school.lon}
    named = client.get(f"{page}near/", where).json()
    assert len(named["line"]) >= 2
    assert not UnlitStreet.objects.exists()
    assert client.post(page, where).status_code == 302
    row = UnlitStreet.objects.get()
    assert named["label"] == say_stretch(row.street, row.start, row.end)
    lines = client.get(page).context["lines"]["features"]
    assert [list(map(list, one["geometry"]["coordinates"])) for one in lines] == [named["line"]]


@pytest.mark.parametrize("where", [{"lat": 41.90, "lon": -87.50}, {"lat": 0, "lon": 0}])
def test_where_no_street_runs(seat, where):
    client, page = seat
    assert client.get(f"{page}near/", where).json() == {"label": "", "line": []}
    answer = client.post(page, where)
    assert answer.status_code == 422
    assert "No street runs here." in answer.content.decode()


@pytest.mark.parametrize(
    "where", [{}, {"lat": "x", "lon": ""}, {"lat": "nan", "lon": "-87"}, {"lat": "91", "lon": "0"}]
)
def test_no_point_at_all(seat, where):
    client, page = seat
    assert client.get(f"{page}near/", where).status_code == 422
    if where:
        assert client.post(page, where).status_code == 422
    assert not UnlitStreet.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"street": ""}, "This field is required."),
        ({"start": "xyzzy"}, "Do you mean"),
        ({"end": "Narnia Road"}, "Do you mean"),
        ({"street": "qqqq", "start": "zzzz"}, "No such corner was found."),
        ({"end": "71"}, "not on one street, or too far apart"),
    ],
)
def test_words_that_say_no_stretch(seat, changes, says):
    client, page = seat
    answer = client.post(page, BY_NAME | changes)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not UnlitStreet.objects.exists()


def test_a_lead_is_told_that_elsewhere_is_a_steward_s(at):
    page = f"/team/{at.school.slug}/settings/unlit/"
    answer = pass_gate(Client(), at.lead).post(page, {"street": "Clark", "start": "Belmont", "end": "Roscoe"})
    assert "A steward can mark it." in answer.content.decode()
    steward = pass_gate(Client(), at.steward)
    assert steward.post("/staff/unlit/", {"street": "Clark", "start": "Belmont", "end": "Roscoe"}).status_code == 302
    assert "Clark" not in pass_gate(Client(), at.lead).get(page).content.decode()
    assert "Clark" in steward.get("/staff/unlit/").content.decode()


def test_a_stretch_that_a_rebuilt_pack_lost_stays_on_the_list_and_says_so(at):
    row = unlit_streets.mark_between(**BY_NAME, by=at.steward, now=timezone.now())
    UnlitStreet.objects.filter(pk=row.pk).update(start_lat=41.90, start_lon=-87.50)
    words = pass_gate(Client(), at.steward).get("/staff/unlit/").content.decode()
    assert "not found on the present map: mark it anew" in words


def test_who_may_open_it(at):
    for user in (at.lead, make_user("Ope", Role.OPERATOR)):
        assert pass_gate(Client(), user).get("/staff/unlit/").status_code == 403
    other = pass_gate(Client(), make_user("Otra", Role.SCHOOL_LEAD))
    assert other.get(f"/team/{at.school.slug}/settings/unlit/").status_code == 403
    operator = pass_gate(Client(), make_user("Mira", Role.OPERATOR))
    page = f"/team/{at.school.slug}/settings/unlit/"
    assert operator.get(page).status_code == 200
    assert operator.post(page, BY_NAME).status_code == 403
    assert not UnlitStreet.objects.exists()


def test_in_spanish(at):
    client = pass_gate(Client(), at.steward)
    words = client.post("/staff/unlit/?lang=es", BY_NAME, headers={"Accept-Language": "es"}, follow=True)
    assert "Calles sin luz" in client.get("/staff/unlit/?lang=es").content.decode()
    assert words.status_code == 200
