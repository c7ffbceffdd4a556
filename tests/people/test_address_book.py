"""Addresses: normalised, sealed, found by digest without unsealing, and erased."""

import base64
import json
import os
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import IntegrityError, connection, transaction

from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress
from corredor.people.models import Address
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def make_push(endpoint: str = "https://push.example.net/send/abc") -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    encode = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()  # noqa: E731
    keys = {"p256dh": encode(point), "auth": encode(os.urandom(16))}
    return json.dumps({"endpoint": endpoint, "keys": keys})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("(312) 555-0142", "+13125550142"),
        ("312.555.0142", "+13125550142"),
        ("+1 312 555 0142", "+13125550142"),
        ("001152 55 1234 5678", None),
        ("+52 55 1234 5678", "+525512345678"),
        ("911", None),
        ("12", None),
        ("", None),
        ("312 555 0142 ext 5", None),
        ("no tengo", None),
        ("9" * 5000, None),
    ],
)
def test_phone_numbers_have_one_form(written, kept):
    if kept is None:
        with pytest.raises(WrongAddress):
            Contact.parse(AddressKind.PHONE, written)
    else:
        assert Contact.parse(AddressKind.PHONE, written).canonical == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Ana@Example.ORG ", "Ana@example.org"),
        ("ana@niños.example", "ana@xn--nios-hqa.example"),
        ("ana@", None),
        ("@example.org", None),
        ("ana example.org", None),
        ("ana@example.org\nBcc: x@example.org", None),
        ("a" * 250 + "@example.org", None),
        ("ana@" + "a" * 80 + ".org", None),
    ],
)
def test_mailboxes_have_one_form(written, kept):
    if kept is None:
        with pytest.raises(WrongAddress):
            Contact.parse(AddressKind.EMAIL, written)
    else:
        assert Contact.parse(AddressKind.EMAIL, written).canonical == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "null",
        "{",
        '{"endpoint": "https://push.example.net/x"}',
        '{"endpoint": "https://push.example.net/x", "keys": "x"}',
        '{"endpoint": "https://push.example.net/x", "keys": {"p256dh": "AA", "auth": "AA"}}',
        make_push("http://push.example.net/x"),
        make_push("https:///x"),
        make_push("https://push.example.net/\nx"),
    ],
)
def test_broken_push_subscriptions_are_refused(written):
    with pytest.raises(WrongAddress):
        Contact.parse(AddressKind.PUSH, written)


def test_a_contact_says_itself_what_it_is():
    assert Contact.parse_typed("312 555 0142") == Contact.parse(AddressKind.PHONE, "+13125550142")
    assert Contact.parse_typed("Ana@example.org") == Contact.parse(AddressKind.EMAIL, "Ana@example.org")
    assert Contact.parse_typed("  ") is None
    with pytest.raises(WrongAddress):
        Contact.parse_typed("llámame")


def test_a_contact_shows_no_address_in_logs():
    assert repr(Contact.parse(AddressKind.PHONE, "312 555 0142")) == "Contact(kind=AddressKind.PHONE)"


def test_the_same_number_has_another_digest_for_each_use():
    text = Contact.parse(AddressKind.PHONE, "312 555 0142")
    call = text.with_kind(AddressKind("VOICE"))
    assert call == Contact.parse("VOICE", "312 555 0142")
    assert call.digest != text.digest


def test_nothing_in_the_database_shows_the_address():
    address_book.save_address(Contact.parse("PHONE", "312 555 0142"), now=NOW)
    address_book.save_address(Contact.parse("EMAIL", "ana.garcia@example.org"), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_address")
        rows = cursor.fetchall()
    stored = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in rows])
    for clue in ("5550142", "garcia", "example"):
        assert clue not in stored


def test_the_same_address_is_one_row_and_opens_again():
    first = address_book.save_address(Contact.parse("PHONE", "312 555 0142"), now=NOW)
    again = address_book.save_address(Contact.parse("PHONE", "+1 (312) 555-0142"), now=NOW)
    other = address_book.save_address(Contact.parse("PHONE", "312 555 0143"), now=NOW)
    assert first.pk == again.pk != other.pk
    assert address_book.open_addresses([first.pk, other.pk, 999_999]) == {
        first.pk: "+13125550142",
        other.pk: "+13125550143",
    }
    assert address_book.find_address(Contact.parse("PHONE", "3125550142")) == first
    assert address_book.find_address(Contact.parse("PHONE", "3125550199")) is None


def test_letter_case_does_not_make_another_mailbox():
    first = address_book.save_address(Contact.parse("EMAIL", "Ana@Example.org"), now=NOW)
    assert address_book.save_address(Contact.parse("EMAIL", "ana@example.ORG"), now=NOW).pk == first.pk
    assert address_book.open_addresses([first.pk])[first.pk] == "Ana@example.org"


def test_a_browser_that_made_new_keys_is_the_same_browser():
    old, new = make_push(), make_push()
    first = address_book.save_address(Contact.parse("PUSH", old), now=NOW)
    assert address_book.save_address(Contact.parse("PUSH", new), now=NOW).pk == first.pk
    assert json.loads(address_book.open_addresses([first.pk])[first.pk]) == json.loads(new)


def test_an_address_is_kept_for_the_longer_time():
    day = timedelta(days=1)

    def keep(expires_at):
        kept = address_book.save_address(Contact.parse("PHONE", "312 555 0142"), now=NOW, expires_at=expires_at)
        return kept.expires_at

    assert keep(NOW + day) == NOW + day
    assert keep(NOW + 3 * day) == NOW + 3 * day
    assert keep(NOW + day) == NOW + 3 * day
    assert keep(None) is None
    assert keep(NOW + day) is None


def test_what_is_past_its_time_is_erased_and_nothing_else():
    day = timedelta(days=1)
    over = address_book.save_address(Contact.parse("PHONE", "312 555 0142"), now=NOW, expires_at=NOW + day)
    address_book.save_address(Contact.parse("PHONE", "312 555 0143"), now=NOW, expires_at=NOW + 3 * day)
    address_book.save_address(Contact.parse("PHONE", "312 555 0144"), now=NOW)
    assert address_book.erase_expired(now=NOW + 2 * day) == 1
    assert not Address.objects.filter(pk=over.pk).exists()
    assert Address.objects.count() == 2


def test_erasing_forgets_the_address():
    address = address_book.save_address(Contact.parse("PHONE", "312 555 0142"), now=NOW)
    assert address_book.erase_address(address.pk)
    assert not address_book.erase_address(address.pk)
    assert address_book.open_addresses([address.pk]) == {}


def test_drill_recipients_and_real_people_never_share_a_row():
    drill = address_book.save_address(Contact.parse("DRILL", "phone-7"), now=NOW)
    real = address_book.save_address(Contact.parse("PHONE", "312 555 0142"), now=NOW)
    assert (drill.is_drill, real.is_drill) == (True, False)
    with pytest.raises(IntegrityError, match="drill_address_stays_drill_address"), transaction.atomic():
        Address.objects.filter(pk=drill.pk).update(kind="PHONE", is_drill=False)
    # even somebody who can write the database cannot have a real number opened as a drill recipient
    Address.objects.filter(pk=drill.pk).update(sealed=real.sealed)
    with pytest.raises(address_book.CannotOpen):
        address_book.open_addresses([drill.pk])


def test_many_drill_recipients_at_once_keep_their_order():
    values = [f"phone-{n}" for n in range(300)]
    before = address_book.save_address(Contact.parse("DRILL", "phone-17"), now=NOW)
    ids = address_book.save_addresses([Contact.parse("DRILL", value) for value in values], now=NOW)
    assert ids[17] == before.pk
    assert len(set(ids)) == 300
    opened = address_book.open_addresses(ids)
    assert [opened[pk] for pk in ids] == values


def test_after_a_change_of_keys_old_rows_open_and_are_sealed_anew(settings):
    kept = [address_book.save_address(Contact.parse("PHONE", f"312 555 01{n:02}"), now=NOW) for n in range(12)]
    old = settings.ADDRESS_KEY
    settings.ADDRESS_KEY, settings.ADDRESS_KEYS_OLDER = bytes(32), [old]
    assert len(address_book.open_addresses([a.pk for a in kept])) == 12
    assert address_book.reseal_addresses(limit=5) == 5
    assert address_book.reseal_addresses() == 7
    assert address_book.reseal_addresses() == 0
    settings.ADDRESS_KEYS_OLDER = []
    assert address_book.open_addresses([kept[3].pk]) == {kept[3].pk: "+13125550103"}
    assert address_book.find_address(Contact.parse("PHONE", "312 555 0103")) == kept[3]


def test_without_its_key_an_address_does_not_open(settings):
    address = address_book.save_address(Contact.parse("PHONE", "312 555 0142"), now=NOW)
    settings.ADDRESS_KEY = bytes(32)
    with pytest.raises(address_book.CannotOpen):
        address_book.open_addresses([address.pk])
