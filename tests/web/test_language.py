"""The language of a page: requested, remembered in a non-identifying cookie, or the browser's."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGE = "/staff/login/"


def _language(client, path=PAGE, **headers):
    return client.get(path, headers=headers)["Content-Language"]


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("pl,zh;q=0.9", "en"),
        ("pl,es;q=0.5,en;q=0.4", "es"),
        ("", "en"),
        ("*", "en"),
        (";;;,q=,es_MX;q=x", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_browsers_wish(client, accepts, expected):
    assert _language(client, **{"Accept-Language": accepts}) == expected


def test_a_choice_is_remembered_in_a_cookie_that_says_nothing_else(client):
    answer = client.get(f"{PAGE}?lang=es", headers={"Accept-Language": "en"})
    assert answer["Content-Language"] == "es"
    cookie = answer.cookies["lang"]
    assert cookie.value == "es"
    assert (cookie["samesite"], cookie["httponly"]) == ("Lax", True)
    assert set(answer.cookies) <= {"lang", "csrftoken"}
    assert _language(client, **{"Accept-Language": "en"}) == "es"
    assert _language(client, f"{PAGE}?lang=en") == "en"
    assert _language(client, **{"Accept-Language": "es"}) == "en"


@pytest.mark.parametrize("asked", ["fr", "", "<script>", "e" * 5000, "%00", "es%0d%0aSet-Cookie:x=1", "../es"])
def test_other_languages_are_passed_over(asked):
    client = Client(headers={"Accept-Language": "es"})
    answer = client.get(f"{PAGE}?lang={asked}")
    assert answer["Content-Language"] == "es"
    assert "lang" not in answer.cookies


def test_no_cookie_without_a_choice(client):
    assert "lang" not in client.get(PAGE).cookies


def test_a_cache_in_between_keeps_the_languages_apart(client):
    vary = client.get(PAGE)["Vary"]
    assert "Accept-Language" in vary
    assert "Cookie" in vary


def test_a_broken_cookie_is_passed_over():
    client = Client(headers={"Accept-Language": "es"})
    client.cookies["lang"] = "klingon"
    assert _language(client) == "es"


def test_one_persons_language_does_not_leak_into_the_next_request(client):
    assert _language(client, f"{PAGE}?lang=es") == "es"
    assert _language(Client()) == "en"
