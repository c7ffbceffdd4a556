"""The raw bytes of a call are preserved until they are decoded."""

import pytest
from django.test import RequestFactory

from corredor.webhooks.fields import UnreadableCall, read_fields

make = RequestFactory()
FORM = "application/x-www-form-urlencoded"


def test_spanish_letters_come_through_a_form():
    request = make.post("/x", "Body=est%C3%A1%20aqu%C3%AD%20%F0%9F%99%8F&From=%2B1312", content_type=FORM)
    assert read_fields(request).texts() == {"Body": "está aquí 🙏", "From": "+1312"}


def test_utf_16_comes_through_a_query_byte_for_byte():
    words = "¿qué?".encode("utf-16-be")
    fields = read_fields(make.get("/x", QUERY_STRING="text=" + "".join(f"%{b:02X}" for b in words)))
    assert fields.as_bytes()["text"] == fields.raw("text") == words


def test_any_byte_comes_through():
    every = bytes(range(256))
    fields = read_fields(make.get("/x", QUERY_STRING="text=" + "".join(f"%{b:02X}" for b in every)))
    assert fields.raw("text") == every


def test_fields_sent_twice_are_all_kept_for_the_signature():
    assert read_fields(make.get("/x?a=1&a=2&b=")).lists() == {"a": ["1", "2"], "b": [""]}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [("a=" + "x" * 70000, FORM, 413), ("{}", "application/json", 415), ("&".join(["a=1"] * 101), FORM, 400)],
)
def test_what_is_no_call(body, kind, status):
    with pytest.raises(UnreadableCall) as caught:
        read_fields(make.post("/x", body, content_type=kind))
    assert caught.value.status == status
