"""Sealed values open only with their key and context, also after key rotation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.engines.sealing import CannotOpen, KeyRing, WrongKey, derive_key, digest_value

KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
# Sealed once by this very code; if it stops opening, stored addresses have become unreadable.
SEALED_IN_2026 = bytes.fromhex(
    "01860d522ee62b10901d43a54977476e1cd138d30fe79b694b18efc57e411105d6a1e35d9a42a63e47e895ab55aef8137c9bdd0dfb734df54f"
)


@given(st.binary(max_size=500), st.text(max_size=40))
def test_what_was_sealed_opens_again(value, context):
    ring = KeyRing(KEY)
    assert ring.open(ring.seal(value, context=context), context=context) == value


def test_the_stored_form_stays_readable():
    assert KeyRing(KEY).open(SEALED_IN_2026, context="address:PHONE") == b"+13125550100"


def test_the_same_value_is_never_sealed_the_same():
    ring = KeyRing(KEY)
    assert len({ring.seal(b"+13125550100", context="c") for _ in range(50)}) == 50


def test_another_context_does_not_open():
    ring = KeyRing(KEY)
    sealed = ring.seal(b"+13125550100", context="address:DRILL")
    with pytest.raises(CannotOpen):
        ring.open(sealed, context="address:PHONE")


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_any_changed_byte_is_noticed(position, change):
    ring = KeyRing(KEY)
    sealed = bytearray(ring.seal(b"+13125550100", context="c"))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(CannotOpen):
        ring.open(bytes(sealed), context="c")


@pytest.mark.parametrize("cut", [0, 1, 4, 5, 20, 28, 29, 40])
def test_a_value_cut_short_is_refused(cut):
    ring = KeyRing(KEY)
    with pytest.raises(CannotOpen):
        ring.open(ring.seal(b"+13125550100", context="c")[:cut], context="c")


def test_an_older_key_opens_but_does_not_seal():
    before = KeyRing(KEY).seal(b"x", context="c")
    ring = KeyRing(OTHER, older=[KEY])
    assert ring.open(before, context="c") == b"x"
    assert not ring.is_current(before)
    after = ring.seal(b"x", context="c")
    assert ring.is_current(after)
    with pytest.raises(WrongKey):
        KeyRing(KEY).open(after, context="c")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_keys_of_a_wrong_size_are_refused(size):
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing(bytes(size))


def test_digests_depend_on_key_context_and_value():
    base = digest_value("+13125550100", key=KEY, context="address:PHONE")
    assert base == digest_value("+13125550100", key=KEY, context="address:PHONE")
    assert len(base) == 16
    others = {
        digest_value("+13125550101", key=KEY, context="address:PHONE"),
        digest_value("+13125550100", key=OTHER, context="address:PHONE"),
        digest_value("+13125550100", key=KEY, context="address:EMAIL"),
    }
    assert len(others | {base}) == 4


def test_one_file_gives_a_key_of_its_own_to_each_purpose():
    keys = {derive_key(KEY, purpose=purpose) for purpose in ("addresses", "second factor", "")}
    assert len(keys) == 3
    assert KEY not in keys
    with pytest.raises(ValueError, match="at least"):
        derive_key(bytes(31), purpose="addresses")
