"""The page that verifies whether a message is ours, in both languages and without a script."""

from __future__ import annotations

import json
import re

import pytest

from corredor.alerts.enums import AlertKind
from corredor.engines import signing
from corredor.kit.rate_limit import TokenBucket
from corredor.web.public import verify_views
from tests.factories import approve_new_alert, make_confirmed, make_neighbours
from tests.web.shown import shown

pytestmark = pytest.mark.django_db
SAYS = {
    ("en", "ours"): "Yes, this message is ours",
    ("es", "ours"): "Sí, este mensaje es nuestro",
    ("en", "changed"): "No: the code is ours, the words are not",
    ("es", "changed"): "No: el código es nuestro, las palabras no",
    ("en", "foreign"): "No: it holds a link that is not ours",
    ("es", "foreign"): "No: trae un enlace que no es nuestro",
    ("en", "unknown"): "We have sent no such message",
    ("es", "unknown"): "No hemos enviado ese mensaje",
}


@pytest.fixture
def alert(desk):
    make_neighbours(1)
    return approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)


def paste(client, text, language="en"):
    answer = client.post("/verify/", {"text": text}, headers={"Accept-Language": language})
    body = shown(answer.content.decode())
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
    return answer, heading[1] if heading else "", body


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_answer_in_plain_words(client, alert, language):
    text = alert.texts.get(language="es").standard
    for what, pasted in (
        ("ours", text),
        ("changed", text.replace("Kedzie", "Western")),
        ("foreign", f"{text} https://example.net/x"),
        ("unknown", "corran todos"),
    ):
        answer, heading, _ = paste(client, pasted, language)
        assert (answer.status_code, heading) == (200, SAYS[language, what])


def test_what_was_pasted_is_kept_nowhere_and_by_nobody_between_us(client):
    answer, _, _ = paste(client, "corran todos")

    assert answer["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer


def test_an_empty_paste_is_asked_again(client):
    answer, _, body = paste(client, "  ")

    assert answer.status_code == 422
    assert "Write a few words here." in body


def test_a_post_from_another_site_is_refused(client):
    assert client.post("/verify/", {"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_words_that_would_be_markup_stay_words(client):
    assert "<script>alert" not in paste(client, "<script>alert(1)</script>")[2]


def test_everybody_together_is_limited(client, monkeypatch):
    monkeypatch.setattr(verify_views, "_turns", TokenBucket(per_s=0.000001, most=1))

    assert [paste(client, "x y z")[0].status_code for _ in range(2)] == [200, 429]


def test_keys_and_proof_are_enough_to_check_offline(client, alert):
    keys = client.get("/.well-known/corredor-keys.json").json()["keys"]
    answer = client.get(f"/a/{alert.slug}/signed.json")
    proof = answer.json()
    public = signing.read_jwk(next(key for key in keys if key["kid"] == proof["key"]))

    assert signing.is_signed(proof["signed"], proof["signature"], public=public)
    assert json.loads(proof["signed"])["alert"] == alert.slug
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "until" not in keys[0]


def test_no_proof_of_what_was_never_sent(client):
    assert client.get("/a/nothing/signed.json").status_code == 404


def test_the_way_to_it_stands_on_every_page(client):
    assert 'href="/verify/"' in client.get("/", headers={"Accept-Language": "en"}).content.decode()
