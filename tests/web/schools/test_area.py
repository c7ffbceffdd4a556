"""The page for a school's area: without a script, and with clear error messages."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from corredor.corridors.models import Outline
from corredor.engines.hexgrid import cell_of
from corredor.engines.outline import Wrong
from corredor.flows.school import set_up as school_set_up
from corredor.people.enums import Role
from corredor.web.schools.area import _WORDS
from tests.factories import make_user
from tests.flows.school_day import make_school_day
from tests.web.signing_in import pass_gate

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db):
    return make_school_day(now=timezone.now(), volunteers=1)


@pytest.fixture
def lead(at):
    return pass_gate(Client(), at.lead)


def page_of(at, rest=""):
    return f"/team/{at.school.slug}/settings/area/{rest}"


def square(at, east=0.0):
    lat, lon = at.school.lat, at.school.lon
    steps = ((-0.006, -0.008), (-0.006, 0.008), (0.006, 0.008), (0.006, -0.008))
    return {"type": "Polygon", "coordinates": [[[lon + x + east, lat + y] for y, x in steps]]}


def test_pasted_saved_shown_and_removed(at, lead):
    assert "No outline is drawn" in lead.get(f"/team/{at.school.slug}/settings/").content.decode()
    saved = lead.post(page_of(at), {"geojson": json.dumps(square(at))}, follow=True)
    words = saved.content.decode()
    assert "Saved. Make a new plan so that it counts." in words
    assert "Lupe" in words
    kept = json.loads(saved.context["form"].initial["geojson"])
    assert len(kept["coordinates"][0]) == 5
    picture = lead.get(page_of(at, "map.svg")).content.decode()
    assert picture.count('class="v"') == 1
    assert "drawn on" in lead.get(f"/team/{at.school.slug}/settings/").content.decode()

    lead.post(page_of(at, "remove/"))
    assert not Outline.objects.exists()
    assert 'class="v"' not in lead.get(page_of(at, "map.svg")).content.decode()


def test_a_file_counts_before_what_is_pasted(at, lead):
    file = SimpleUploadedFile("zona.geojson", b"\xef\xbb\xbf" + json.dumps(square(at)).encode())
    answer = lead.post(page_of(at), {"geojson": "not this", "file": file})
    assert answer.status_code == 302
    assert len(Outline.objects.get().rings[0]) == 5


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.json", b"\xff\xfe\x00", "This is not GeoJSON"),
        ("a.json", b" " * 200_001, "too long"),
        ("a.shp", b"PK", "This is not GeoJSON"),
        ("a.json", b"", "The submitted file is empty."),
    ],
)
def test_a_file_that_is_none_is_said_beside_it(at, lead, name, content, says):
    answer = lead.post(page_of(at), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors["file"])
    assert not Outline.objects.exists()


def test_every_mistake_has_its_own_words_and_what_was_typed_stays(at, lead):
    assert set(_WORDS) == set(Wrong)
    assert len({str(words) for words in _WORDS.values()}) == len(Wrong)
    turned = square(at)
    turned["coordinates"] = [[corner[::-1] for corner in ring] for ring in turned["coordinates"]]
    answer = lead.post(page_of(at), {"geojson": json.dumps(turned)})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Latitude and longitude are swapped" in words
    assert "<details open>" in words
    assert answer.context["form"]["geojson"].value() == json.dumps(turned)


def test_the_same_words_in_spanish(at):
    at.lead.language = "es"
    at.lead.save()
    answer = pass_gate(Client(), at.lead).post(
        page_of(at) + "?lang=es", {"geojson": json.dumps(square(at, east=0.5))}, headers={"Accept-Language": "es"}
    )
    assert "Esta zona está demasiado lejos de la escuela" in answer.content.decode()


def test_numbers_outside_are_said(at, lead):
    lat, lon = at.school.lat, at.school.lon
    near, far = cell_of(lat, lon), cell_of(lat + 0.012, lon)
    school_set_up.set_children(slug=at.school.slug, counts={near: 20, far: 7}, by=at.lead, now=timezone.now())
    words = lead.post(page_of(at), {"geojson": json.dumps(square(at))}, follow=True).content.decode()
    assert "7 children whom you entered live outside the outline" in words


def test_a_stranger_sees_nothing_and_the_desk_only_looks(at):
    other = pass_gate(Client(), make_user("Otra", Role.SCHOOL_LEAD))
    assert other.get(page_of(at)).status_code == 403
    operator = pass_gate(Client(), make_user("Ope", Role.OPERATOR))
    assert operator.get(page_of(at)).status_code == 200
    assert operator.post(page_of(at), {"geojson": json.dumps(square(at))}).status_code == 403
    assert not Outline.objects.exists()
