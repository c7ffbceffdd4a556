"""One format of the hour, in messages and on pages."""

import re
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format, time_format

from corredor.engines.smstext import Encoding, plan
from corredor.kit.time_of_day import UNBROKEN, format_hour

PARTS = sorted((Path(__file__).parents[2] / "src/corredor/languages/es/messages").glob("*.po"))
HOURS = [time(0, 0), time(6, 5), time(11, 59), time(12, 0), time(14, 40), time(23, 30)]


@pytest.mark.parametrize(
    ("at", "english", "spanish"),
    [
        (time(14, 40), "2:40 p.m.", "2:40 p. m."),
        (time(0, 5), "12:05 a.m.", "12:05 a. m."),
        (time(12, 0), "12:00 p.m.", "12:00 p. m."),
    ],
)
def test_the_hour_is_said_as_in_chicago(at, english, spanish):
    assert format_hour(at, language="en") == english
    assert format_hour(at, language="es") == spanish


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("at", HOURS)
def test_templates_say_the_hour_as_messages_do(language, at):
    with translation.override(language):
        assert time_format(at, "TIME_FORMAT") == format_hour(at, language=language, space=UNBROKEN)


@pytest.mark.parametrize(
    ("language", "seconds", "short"),
    [
        ("en", "2:40:07 p.m.", "11/23/2026, 2:40 p.m."),
        ("es", "2:40:07 p. m.", "23/11/2026, 2:40 p. m."),
    ],
)
def test_seconds_and_short_dates_keep_the_rule(language, seconds, short):
    at = datetime(2026, 11, 23, 20, 40, 7, tzinfo=UTC)
    with timezone.override("America/Chicago"), translation.override(language):
        local = timezone.localtime(at)
        assert date_format(local, "TIME_WITH_SECONDS").replace(UNBROKEN, " ") == seconds
        assert date_format(local, "SHORT_DATETIME_FORMAT").replace(UNBROKEN, " ") == short


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_hour_costs_a_text_message_no_dearer_letters(language):
    assert plan(format_hour(time(14, 40), language=language)).encoding is Encoding.GSM7


_ENDS_WITH_AN_HOUR = re.compile(r"%\((?:since|at|time|until|when|begun)\)s\.(?!\w)")


@pytest.mark.parametrize("part", PARTS, ids=lambda path: path.stem)
def test_no_sentence_ends_with_an_hour_and_then_once_more(part):
    """ "2:40 p.m.." """
    assert _ENDS_WITH_AN_HOUR.findall(part.read_text(encoding="utf-8")) == []
