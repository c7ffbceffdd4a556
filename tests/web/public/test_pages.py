"""Rules of every public page: no cookie, nothing inline or external, both languages, caching."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.utils import translation

from corredor.intake.retention import CONTACT_KEPT, REPORTS_KEPT
from corredor.kit.languages import CODES, wording
from corredor.web.public.text_views import RIGHTS
from tests.web.shown import shown

pytestmark = pytest.mark.django_db
READ = ("/", "/now/", "/drill/", "/rights/", "/how/", "/privacy/", "/about/", "/feeds/", "/offline/", "/s/asked/")
FORMS = ("/report/", "/r/", "/s/")


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside and data.strip():
            self.inline.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(params=["es", "en"])
def language(request) -> str:
    return request.param


@pytest.mark.parametrize("path", [*READ, *FORMS])
def test_every_page(client, path, language):
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert not answer.cookies
    assert "sessionid" not in answer.get("Set-Cookie", "")
    assert answer["Content-Language"] == language
    html = answer.content.decode()
    page = Page(html)
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("h1")) == 1
    assert page.inline == []
    for tag, attrs in page.tags:
        assert "style" not in attrs, tag
        assert not [name for name in attrs if name.startswith("on")], tag
        for name in ("src", "href", "action", "data-tiles", "data-refresh"):
            address = attrs.get(name) or ""
            assert not re.match(r"(?:https?:)?//", address), address
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids)), "an id stands twice"


@pytest.mark.parametrize("path", READ)
def test_pages_to_read_may_be_kept_by_anybody_for_a_while(client, path):
    answer = client.get(path)
    assert "public" in answer["Cache-Control"]
    assert re.search(r"max-age=\d+", answer["Cache-Control"])
    assert {part.strip() for part in answer["Vary"].split(",")} >= {"Accept-Language", "Cookie"}


@pytest.mark.parametrize("path", READ)
def test_a_page_that_sets_the_language_is_kept_by_nobody(client, path):
    answer = client.get(f"{path}?lang=es")
    assert answer.cookies["lang"].value == "es"
    assert "public" not in answer["Cache-Control"]
    assert len(answer.cookies) == 1


def test_the_language_is_remembered_and_beats_the_browser(client):
    client.get("/?lang=es")
    assert 'lang="es"' in client.get("/report/", headers={"Accept-Language": "en"}).content.decode()


@pytest.mark.parametrize("path", [*READ, *FORMS])
def test_both_languages_say_different_words(client, path):
    """A page that is the same in both has lost its translation."""
    texts = {}
    for language in ("es", "en"):
        html = shown(client.get(path, headers={"Accept-Language": language}).content.decode())
        texts[language] = re.findall(r"<(?:h1|h2|p)[^>]*>([^<]{12,})<", html)
    shared = [text for text in texts["es"] if text in texts["en"] and not text.startswith("{")]
    assert shared == []


def test_the_worker_may_serve_the_whole_site_and_is_always_asked_for_anew(client):
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"


def test_the_manifest_speaks_the_language_of_its_address(client):
    assert client.get("/manifest.webmanifest?lang=es").json()["lang"] == "es"
    assert client.get("/manifest.webmanifest?lang=en").json()["start_url"].startswith("/")


def test_search_engines_are_kept_from_people_s_links(client):
    text = client.get("/robots.txt").content.decode()
    for path in ("/desk/", "/s/", "/r/"):
        assert f"Disallow: {path}" in text


def test_rights_say_who_has_reviewed_them_or_that_nobody_has(client, language):
    text = wording(RIGHTS, language)
    page = client.get("/rights/", headers={"Accept-Language": language}).content.decode()
    with translation.override(language):
        if text["reviewed_by"]:
            assert text["reviewed_by"] in page
            assert text["reviewed_on"] in page
        else:
            assert ("No lawyer has reviewed" if language == "en" else "Todavía no lo ha revisado") in page


def test_rights_say_the_same_in_both_languages():
    shapes = [
        [(len(part["points"]), bool(part.get("say"))) for part in wording(RIGHTS, code)["parts"]] for code in CODES
    ]
    assert shapes[0] == shapes[1]


def test_what_is_kept_is_said_from_what_erases(client):
    page = client.get("/privacy/", headers={"Accept-Language": "en"}).content.decode()
    assert f"erased after {REPORTS_KEPT.days} days" in page.lower()
    assert f"erased after {CONTACT_KEPT.days} days" in page.lower()
    contact = client.get("/report/")
    assert contact.status_code == 200


def test_a_page_that_is_not_there_says_so_kindly(client, language):
    answer = client.get("/nothing-here/", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert ("There is no such page" if language == "en" else "<h1>") in answer.content.decode()
