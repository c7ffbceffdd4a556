"""The null and console providers, the catalogue, and the separation of drills and real messages."""

import logging

import pytest

from corredor.channels.base import ProviderNotConfigured, Result
from corredor.channels.catalogue import DEFAULT, build_provider, list_providers
from corredor.channels.console import ConsoleProvider
from corredor.channels.drill.provider import DrillSinkProvider
from corredor.channels.null import NullProvider
from tests.channels.message import WORDS, make_message


def test_the_default_swallows_and_says_so():
    assert DEFAULT == "null"
    (outcome,) = NullProvider().send_many([make_message(1, "+13125550101")])
    assert (outcome.result, outcome.code) == (Result.ACCEPTED, "NULL")


def test_the_console_writes_one_line_without_anything_personal(caplog):
    with caplog.at_level(logging.INFO, logger="corredor"):
        list(ConsoleProvider().send_many([make_message(41, "+13125550101")]))
    (record,) = caplog.records
    line = record.getMessage()
    assert "id=41" in line
    assert "***" in line
    for secret in ("+13125550101", "5550101", *(str(v) for v in WORDS.values() if len(str(v)) > 2)):
        assert secret not in line


def test_the_sink_counts_drills_and_keeps_nothing():
    sink = DrillSinkProvider()
    messages = [make_message(n, "x", is_drill=True, language="en" if n % 3 else "es") for n in range(9)]
    outcomes = list(sink.send_many(messages))
    assert {(o.result, o.code) for o in outcomes} == {(Result.ACCEPTED, "DRILL_SINK")}
    assert sink.counts == {"en": 6, "es": 3}
    assert set(vars(sink)) == {"counts"}


def test_the_sink_refuses_a_real_message():
    sink = DrillSinkProvider()
    (outcome,) = sink.send_many([make_message(1, "x")])
    assert (outcome.result, outcome.code) == (Result.FAILED, "NOT_A_DRILL")
    assert not sink.counts


def test_an_unknown_channel_is_named():
    with pytest.raises(ProviderNotConfigured, match="pigeon"):
        build_provider("pigeon", {})


@pytest.mark.parametrize("name", [n for n in list_providers() if n not in ("null", "console", "drill_sink")])
def test_a_channel_without_settings_names_channel_and_setting(name):
    with pytest.raises(ProviderNotConfigured, match=rf"channel {name}: setting '\w+' is missing"):
        build_provider(name, {})


def test_the_projects_own_settings_fit(settings):
    """Whatever the settings file says is read by the registry, up to what only a steward can fill in."""
    for name in list_providers():
        try:
            build_provider(name, settings.CORREDOR_PROVIDERS).close()
        except ProviderNotConfigured as error:
            assert f"channel {name}: setting" in str(error)  # noqa: PT017
    assert set(settings.CORREDOR_PROVIDERS) <= set(list_providers())
