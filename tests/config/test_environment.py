"""Valid environment variables are read; invalid ones are refused by name."""

from __future__ import annotations

import pytest

from corredor.config import environment
from corredor.config.environment import WrongSetting, amounts, choice, refuse_wrong


@pytest.fixture(autouse=True)
def _nothing_wrong_yet(monkeypatch):
    monkeypatch.setattr(environment, "_wrong", [])


@pytest.mark.parametrize(
    ("value", "read"), [("", {}), ("sms_twilio=0.0083", {"sms_twilio": 0.0083}), ("a=1, b = 2", {"a": 1.0, "b": 2.0})]
)
def test_amounts_are_read_by_name(monkeypatch, value, read):
    monkeypatch.setenv("SEND_PRICES", value)
    assert amounts("SEND_PRICES") == read
    refuse_wrong()


@pytest.mark.parametrize("value", ["sms=-1", "sms=NaN", "sms=inf", "sms=0,0083", "sms=a cent", "sms"])
def test_what_is_no_amount_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("SEND_PRICES", value)
    amounts("SEND_PRICES")
    with pytest.raises(WrongSetting, match="SEND_PRICES"):
        refuse_wrong()


def test_a_word_that_is_no_choice_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("SMS_NUMBER_KIND", "pigeon")
    assert choice("SMS_NUMBER_KIND", "long_code", choices=("long_code", "short_code")) == "long_code"
    with pytest.raises(WrongSetting, match="SMS_NUMBER_KIND"):
        refuse_wrong()
