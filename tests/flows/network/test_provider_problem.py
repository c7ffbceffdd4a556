"""Problems with a channel's settings are shown in the reader's language, with the names of the settings."""

import pytest
from django.conf import settings as own
from django.utils import translation

from corredor.channels.base import Problem, ProviderNotConfigured
from corredor.flows.network.provider_problem import describe_problem
from tests.architecture.repository import bare, read_table

SLOTS = {"choices": "a, b", "least": 1, "most": 5, "why": "x"}
INTERNAL = {"keys_url", "receipt_url", "allowed_private_origins"}  # worked out, or a list that is never missing


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_its_sentence(problem, language):
    error = ProviderNotConfigured("sms_twilio", "token", problem, **SLOTS)
    with translation.override(language):
        words = describe_problem(error)
    assert problem is Problem.UNKNOWN_PROVIDER or "TWILIO_TOKEN" in words
    assert "%(" not in words
    assert words.endswith(".")


def test_spanish_is_not_english():
    error = ProviderNotConfigured("email", "host", Problem.MISSING)
    with translation.override("es"):
        assert describe_problem(error) == "Falta SMTP_HOST."


def test_every_setting_has_the_name_that_stands_in_the_handbook():
    written = {bare(row[0]) for row in read_table("operate.md", "## Settings")}
    for channel, values in own.CORREDOR_PROVIDERS.items():
        named = own.CORREDOR_PROVIDER_VARIABLES.get(channel, {})
        assert set(values) - INTERNAL <= set(named) | {"form"}, channel
        assert {name.partition("/")[0] for name in named.values()} <= written
