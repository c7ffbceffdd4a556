"""The page of local names: added names are understood in the next report, removed ones no longer."""

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from corredor.flows.locate import find_places
from corredor.incidents.models import TimelineEntry
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.places.models import AddedPlace, StreetAlias
from tests.factories import make_user
from tests.web.signing_in import pass_gate

pytestmark = pytest.mark.django_db
TEXT = "hay agentes afuera de la panaderia el trigal dorado"


def add_place(client, **changes):
    form = {"name": "Panadería El Trigal Dorado", "other_names": "El Trigal, Trigal Dorado", "where": "26 y kedzie"}
    return client.post("/staff/places/add/", form | changes)


def find(text):
    return [row.labels["en"] for row in find_places(text=text, now=timezone.now())]


def test_a_place_is_found_in_the_next_report_until_it_is_removed(steward_client, steward):
    assert find(TEXT) == []
    assert add_place(steward_client).status_code == 302
    assert find(TEXT) == ["Panadería El Trigal Dorado"]
    page = steward_client.get("/staff/places/").content.decode()
    assert "El Trigal, Trigal Dorado" in page
    assert "Kedzie" in page, "the notice says how the words were understood"

    place = AddedPlace.objects.get()
    assert steward_client.post(f"/staff/places/{place.pk}/remove/").status_code == 302
    assert find(TEXT) == []
    kinds = list(TimelineEntry.objects.filter(actor=steward).values_list("kind", flat=True))
    assert kinds == ["place.added", "place.removed"]


def test_another_name_of_a_street_until_it_is_removed(steward_client):
    answer = steward_client.post("/staff/places/names/add/", {"alias": "Avenida Zapatista", "street": "S Kedzie Ave"})
    assert answer.status_code == 302
    assert find("avenida zapatista y la 26") == ["Kedzie Ave and 26th St"]
    alias = StreetAlias.objects.get()
    assert steward_client.post(f"/staff/places/names/{alias.pk}/remove/").status_code == 302
    assert find("avenida zapatista y la 26") != ["Kedzie Ave and 26th St"]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("por ahí", {"es": "No se encontró ningún lugar", "en": "No place was found"}),
        ("Kedzie", {"es": "Kedzie", "en": "Kedzie"}),
        ("", {"es": "id_where", "en": "id_where"}),
    ],
)
def test_words_that_do_not_say_where_are_asked_back(steward_client, steward, language, where, words):
    User.objects.filter(pk=steward.pk).update(language=language)
    answer = add_place(steward_client, where=where)
    assert answer.status_code == 422
    assert words[language] in answer.content.decode()
    assert not AddedPlace.objects.exists()


@pytest.mark.parametrize("street", ["Nowhere Blvd", "x" * 80, "<b>"])
def test_a_street_that_the_city_lacks(steward_client, street):
    answer = steward_client.post("/staff/places/names/add/", {"alias": "La Nada", "street": street})
    assert answer.status_code == 422
    assert f'value="{escape(street)}"' in answer.content.decode()
    assert "<b>" not in answer.content.decode()
    assert not StreetAlias.objects.exists()


def test_a_text_can_be_tried(steward_client):
    page = steward_client.get("/staff/places/", {"text": "agentes en la 39 y kedzie"}).content.decode()
    assert "Pershing Rd" in page
    page = steward_client.get("/staff/places/", {"text": "nada de nada"}).content.decode()
    assert "No place is found" in page


@pytest.mark.parametrize("path", ["add/", "1/remove/", "names/add/", "names/1/remove/"])
def test_nobody_else_adds_or_removes(path):
    client = pass_gate(Client(), make_user("Ana", Role.OPERATOR, Role.APPROVER))
    assert client.post(f"/staff/places/{path}", {"name": "a", "where": "26 y kedzie"}).status_code == 403
