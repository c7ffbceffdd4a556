"""Signatures: the RFC's test vector, one canonical text, and keys that other programs can read."""

from __future__ import annotations

import base64
import subprocess

from corredor.engines import signing

# RFC 8032, section 7.1, test 2: one byte is signed.
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_vector_of_the_rfc():
    assert signing.derive_public_key(SEED) == PUBLIC
    assert base64.b64decode(signing.sign("r", seed=SEED)) == SIGNATURE
    assert signing.is_signed("r", base64.b64encode(SIGNATURE).decode(), public=PUBLIC)


def test_any_other_letter_key_or_rubbish_is_refused():
    signature = signing.sign("aviso", seed=SEED)

    assert not signing.is_signed("avisо", signature, public=PUBLIC)  # a Cyrillic letter
    assert not signing.is_signed("aviso", signature, public=signing.derive_public_key(b"x" * 32))
    for rubbish in ("", "no base64!", base64.b64encode(b"short").decode()):
        assert not signing.is_signed("aviso", rubbish, public=PUBLIC)
    assert not signing.is_signed("aviso", signature, public=b"short")


def test_the_same_content_is_always_the_same_text():
    one = signing.write_canonical({"b": "ñ", "a": {"d": 1, "c": True}})

    assert one == '{"a":{"c":true,"d":1},"b":"ñ"}'
    assert one == signing.write_canonical({"a": {"c": True, "d": 1}, "b": "ñ"})


def test_openssl_checks_it(tmp_path):
    text = "Se escuchó en la 26"
    (tmp_path / "key.pem").write_text(signing.write_pem(PUBLIC))
    (tmp_path / "text").write_bytes(text.encode())
    (tmp_path / "signature").write_bytes(base64.b64decode(signing.sign(text, seed=SEED)))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text"]
    done = subprocess.run([*command, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


def test_a_key_is_published_as_a_web_key():
    key = signing.write_jwk(PUBLIC)

    assert (key["kty"], key["crv"], key["kid"]) == ("OKP", "Ed25519", signing.key_id(PUBLIC))
    assert base64.urlsafe_b64decode(key["x"] + "=") == PUBLIC
