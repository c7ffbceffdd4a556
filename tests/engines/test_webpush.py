"""The web-push encoder against the RFC's own example, an independent decoder, and invalid keys."""

import base64
import json

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from py_vapid import Vapid

from corredor.engines import webpush
from corredor.engines.webpush.hkdf import mac, make_pads

# RFC 8291, section 5 and appendix A.
RFC_PLAINTEXT = b"When I grow up, I want to be a watermelon"
RFC_SENDER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RFC_RECEIVER_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RFC_RECEIVER_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
RFC_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
RFC_SALT = "DGv6ra1nlYgDCS1FRnbzlw"
RFC_BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# One browser for all tests, always the same: test names must not change from run to run.
AUTH = bytes(range(16))
BROWSER = ec.derive_private_key(int.from_bytes(decode(RFC_RECEIVER_PRIVATE), "big"), ec.SECP256R1())


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def decrypt(body: bytes) -> bytes:
    return http_ece.decrypt(body, private_key=BROWSER, auth_secret=AUTH, version="aes128gcm")


@pytest.fixture
def receiver() -> webpush.Receiver:
    return webpush.parse_receiver(encode(point(BROWSER)), encode(AUTH))


def test_reproduces_the_example_of_rfc_8291_byte_for_byte():
    private = ec.derive_private_key(int.from_bytes(decode(RFC_SENDER_PRIVATE), "big"), ec.SECP256R1())
    sender = webpush.SenderKey.of(private, decode(RFC_SALT))
    body = webpush.encrypt(RFC_PLAINTEXT, webpush.parse_receiver(RFC_RECEIVER_PUBLIC, RFC_AUTH), sender=sender)
    assert encode(body) == RFC_BODY


def test_the_rfc_receiver_decrypts_what_we_make_for_it():
    body = webpush.encrypt(b"hola", webpush.parse_receiver(RFC_RECEIVER_PUBLIC, RFC_AUTH))
    private = ec.derive_private_key(int.from_bytes(decode(RFC_RECEIVER_PRIVATE), "big"), ec.SECP256R1())
    plain = http_ece.decrypt(body, private_key=private, auth_secret=decode(RFC_AUTH), version="aes128gcm")
    assert plain == b"hola"


@given(text=st.binary(max_size=webpush.MAX_PLAINTEXT), pad_to=st.integers(0, 5000))
def test_an_independent_decoder_reads_every_message(text, pad_to):
    receiver = webpush.parse_receiver(encode(point(BROWSER)), encode(AUTH))
    body = webpush.encrypt(text, receiver, pad_to=pad_to)
    assert len(body) <= 4096
    assert decrypt(body) == text


def test_padding_hides_the_length(receiver):
    assert len({len(webpush.encrypt(b"x" * n, receiver, pad_to=1024)) for n in (0, 1, 90, 360, 1024)}) == 1


def test_a_text_too_long_for_push_services_is_refused(receiver):
    assert len(webpush.encrypt(bytes(webpush.MAX_PLAINTEXT), receiver)) == 4096
    with pytest.raises(webpush.PayloadTooLong):
        webpush.encrypt(bytes(webpush.MAX_PLAINTEXT + 1), receiver)


def test_every_message_has_its_own_key_and_salt(receiver):
    pool = webpush.KeyPool(size=50)
    pool.fill()
    bodies = [webpush.encrypt(b"x", receiver, sender=pool.take()) for _ in range(120)]
    assert len({body[:16] for body in bodies}) == 120
    assert len({body[21:86] for body in bodies}) == 120


def test_a_forked_child_does_not_use_its_parents_stock():
    pool = webpush.KeyPool(size=3)
    pool.fill()
    pool._owner = -1  # as the child of a fork finds it
    assert len(pool) == 3
    pool.take()
    assert len(pool) == 0


def test_the_stock_fills_in_small_steps():
    pool = webpush.KeyPool(size=5)
    assert not pool.fill(3)
    assert pool.fill(3)
    assert len(pool) == 5


def test_keys_are_parsed_once_and_kept():
    p256dh, auth = encode(point(BROWSER)), encode(AUTH)
    assert webpush.parse_receiver(p256dh, auth) is webpush.parse_receiver(p256dh, auth)


def test_keys_with_padding_or_the_classic_alphabet_are_read():
    classic = base64.b64encode(point(BROWSER)).decode()
    assert webpush.parse_receiver(classic, encode(AUTH) + "==").info.endswith(point(BROWSER))


GOOD_POINT, GOOD_AUTH = encode(point(BROWSER)), encode(AUTH)


@pytest.mark.parametrize(
    ("p256dh", "auth", "error"),
    [
        ("", "", webpush.WrongLength),
        ("not base64!", GOOD_AUTH, webpush.NotBase64),
        ("ñandú" * 12, GOOD_AUTH, webpush.NotBase64),
        (GOOD_POINT[:-4], GOOD_AUTH, webpush.WrongLength),
        (GOOD_POINT, encode(AUTH[:15]), webpush.WrongLength),
        (GOOD_POINT, encode(AUTH * 2), webpush.WrongLength),
        (encode(b"\x04" + bytes(64)), GOOD_AUTH, webpush.PointOffCurve),
        (encode(b"\x04" + b"\x01" * 64), GOOD_AUTH, webpush.PointOffCurve),
        (encode(b"\x04" + b"\xff" * 64), GOOD_AUTH, webpush.PointOffCurve),
        (encode(b"\x05" + point(BROWSER)[1:]), GOOD_AUTH, webpush.PointOffCurve),
        (encode(bytes(65)), GOOD_AUTH, webpush.PointOffCurve),
    ],
)
def test_broken_keys_are_named(p256dh, auth, error):
    with pytest.raises(error) as caught:
        webpush.parse_receiver(p256dh, auth)
    assert isinstance(caught.value, webpush.BrokenKey)
    assert p256dh == "" or p256dh not in str(caught.value)


@given(st.binary(min_size=65, max_size=65))
def test_random_points_are_refused_or_usable(raw):
    try:
        receiver = webpush.parse_receiver(encode(raw), GOOD_AUTH)
    except webpush.BrokenKey:
        return
    webpush.encrypt(b"x", receiver)


@given(key=st.binary(max_size=64), salt=st.binary(min_size=1, max_size=64))
def test_own_hkdf_equals_the_librarys(key, salt):
    pads = make_pads(mac(make_pads(salt), key))
    assert mac(pads, b"one\x01") == HKDF(SHA256(), 32, salt, b"one").derive(key)
    assert mac(pads, b"two\x01") == HKDF(SHA256(), 32, salt, b"two").derive(key)


def claims_of(header: str) -> dict:
    token = header.removeprefix("vapid t=").partition(",")[0]
    return json.loads(decode(token.split(".")[1]))


def test_the_token_is_one_that_py_vapid_verifies():
    signer = webpush.VapidSigner.from_pem(webpush.make_vapid_key(), "mailto:steward@example.org")
    header = signer.authorization("https://push.example", now_s=1_760_000_000)
    assert Vapid.verify(header)
    assert header.endswith(f",k={signer.public_key}")
    assert claims_of(header) == {
        "aud": "https://push.example",
        "exp": 1_760_000_000 + 12 * 3600,
        "sub": "mailto:steward@example.org",
    }


def test_one_token_per_origin_until_an_hour_before_it_ends():
    signer = webpush.VapidSigner.from_pem(webpush.make_vapid_key(), "mailto:steward@example.org")
    at = 1_760_000_000.0
    first = signer.authorization("https://push.example", now_s=at)
    assert signer.authorization("https://push.example", now_s=at + 10.9 * 3600) == first
    assert signer.authorization("https://other.example", now_s=at) != first
    assert signer.authorization("https://push.example", now_s=at + 11.1 * 3600) != first


def test_a_clock_set_back_does_not_leave_a_token_that_lasts_too_long():
    signer = webpush.VapidSigner.from_pem(webpush.make_vapid_key(), "mailto:steward@example.org")
    signer.authorization("https://push.example", now_s=1_760_086_400)
    header = signer.authorization("https://push.example", now_s=1_760_000_000)
    assert claims_of(header)["exp"] - 1_760_000_000 <= 24 * 3600


@pytest.mark.parametrize("pem", [b"", b"rubbish", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_an_unreadable_vapid_key_is_named(pem):
    with pytest.raises(webpush.BrokenVapidKey):
        webpush.VapidSigner.from_pem(pem, "mailto:steward@example.org")


def test_a_vapid_key_of_another_curve_is_refused():
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(webpush.BrokenVapidKey):
        webpush.VapidSigner.from_pem(pem, "mailto:steward@example.org")
