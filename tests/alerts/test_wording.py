"""Every kind of alert fits its lengths in both languages, whatever the values of its template variables."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from corredor.alerts.enums import Advice, AlertKind
from corredor.alerts.wording import SHORT, STANDARD, TITLE, NoWordingFits, fill, load, words_for
from corredor.alerts.wording.clock import format_time
from corredor.engines.smstext import is_gsm7, plan, to_gsm7
from corredor.incidents.enums import Agency, Method
from corredor.kit.languages import CODES, get

KINDS = list(AlertKind.values)
LONGEST_STREETS = "Dr Martin Luther King Jr Dr and Pershing Rd"  # the longest pair people meet on the South Side
LINK = "https://corredor.example.org/a/7kqf3htxwj"


def slots(language: str, **changes: str) -> dict[str, str]:
    table = load(language)
    longest = {group: max(table[group].values(), key=len) for group in ("agency", "method", "finding")}
    advice = words_for("advice", Advice.STAY_INSIDE, language)
    filled = {
        **longest,
        "agency_start": longest["agency"].capitalize(),
        "advice": f"{advice} {words_for('advice', Advice.KEEP_WINDOWS_SHUT, language)}",
        "advice_first": advice,
        "where": LONGEST_STREETS,
        "area": "Greater Grand Crossing",
        "first_where": LONGEST_STREETS,
        "first_area": "Greater Grand Crossing",
        "first_time": "11:05 a. m.",
        "what": "",
        "what_line": "",
        "seen": "11:05 a. m.",
        "checked": "11:25 a. m.",
        "expires": "3:25 p. m.",
        "link": LINK,
    }
    return filled | changes


@pytest.mark.parametrize("drill", [False, True])
@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_lengths_hold_with_the_longest_words(kind, language, drill):
    words = fill(kind=kind, language=language, slots=slots(language), is_drill=drill)

    assert len(words.title) <= TITLE
    assert len(words.short) <= SHORT
    assert len(words.standard) <= STANDARD
    assert LINK in words.standard
    assert LINK in words.long


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_drill_says_so_first_in_every_length(kind, language):
    mark = get(language).drill_mark
    drill = fill(kind=kind, language=language, slots=slots(language), is_drill=True)
    real = fill(kind=kind, language=language, slots=slots(language), is_drill=False)

    for length in ("title", "short", "standard", "long"):
        assert getattr(drill, length).startswith(mark)
        assert mark not in getattr(real, length)


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_text_message_stays_in_the_cheap_alphabet(kind, language):
    text = to_gsm7(fill(kind=kind, language=language, slots=slots(language), is_drill=False).standard)

    assert is_gsm7(text)
    assert plan(text).segments <= 3


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_say_the_same_things(kind):
    """The same slots stand in both languages' long text, so that neither knows more."""
    used = {language: set(re.findall(r"{(\w+)}", load(language)[kind]["long"])) for language in CODES}

    assert used["en"] == used["es"]


def test_no_hole_is_sent():
    holes = slots("en")
    del holes["where"]

    with pytest.raises(KeyError):
        fill(kind="CONFIRMED", language="en", slots=holes, is_drill=False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", CODES)
def test_no_sentence_ends_twice(kind, language):
    words = fill(kind=kind, language=language, slots=slots(language, where="Ash St and Elm St"), is_drill=False)

    for text in (words.short, words.standard, words.long):
        assert ".." not in text


def test_words_that_cannot_fit_are_refused_not_cut():
    with pytest.raises(NoWordingFits):
        fill(kind="CONFIRMED", language="en", slots=slots("en", where="x" * 400), is_drill=False)


@pytest.mark.parametrize("language", CODES)
def test_every_code_has_words(language):
    for agency in Agency.values:
        assert words_for("agency", agency, language)
    for method in Method.values:
        assert words_for("method", method, language)
    for advice in Advice.values:
        assert words_for("advice", advice, language)


def test_no_capitals_no_alarm():
    for kind in KINDS:
        for language in CODES:
            text = fill(kind=kind, language=language, slots=slots(language), is_drill=False).long
            assert not re.search(r"\b(?!ICE\b|CBP\b)[A-ZÁÉÍÓÚÑ]{4,}\b", text)
            assert "!" not in text


@pytest.mark.parametrize(
    ("ago", "language", "said"),
    [
        (timedelta(0), "en", "11:00 a.m."),
        (timedelta(0), "es", "11:00 a. m."),
        (timedelta(hours=-2), "es", "1:00 p. m."),
        (timedelta(hours=11), "en", "12:00 a.m."),
        (timedelta(hours=20), "en", "Fri 10/3, 3:00 p.m."),
        (timedelta(hours=20), "es", "vie 3/10, 3:00 p. m."),
    ],
)
def test_times_are_said_as_people_say_them(ago, language, said):
    now = datetime(2025, 10, 4, 16, 0, tzinfo=UTC)

    assert format_time(now - ago, language=language, zone="America/Chicago", now=now) == said
