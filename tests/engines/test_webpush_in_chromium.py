"""A real browser's cryptography decrypts our messages: Chromium performs the steps of RFC 8188 and 8291.

Its push service is unreachable on a closed network, so the test passes the body on; the rest of the path,
from a push event to the screen, is in tests/journeys.
"""

import base64

import pytest

from corredor.engines import webpush

MAKE_KEYS = """async () => {
  const text = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  window.pair = await crypto.subtle.generateKey({name: "ECDH", namedCurve: "P-256"}, false, ["deriveBits"]);
  window.point = new Uint8Array(await crypto.subtle.exportKey("raw", window.pair.publicKey));
  window.auth = crypto.getRandomValues(new Uint8Array(16));
  return {p256dh: text(window.point), auth: text(window.auth)};
}"""

OPEN = """async body64 => {
  const body = Uint8Array.from(atob(body64), c => c.charCodeAt(0));
  const words = text => new TextEncoder().encode(text);
  const join = (...parts) => new Uint8Array(parts.flatMap(part => [...part]));
  const hkdf = async (secret, salt, info, length) => {
    const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    const how = {name: "HKDF", hash: "SHA-256", salt, info};
    return new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * length));
  };
  const salt = body.slice(0, 16), keySize = body[20];
  const sender = body.slice(21, 21 + keySize), record = body.slice(21 + keySize);
  const curve = {name: "ECDH", namedCurve: "P-256"};
  const theirs = await crypto.subtle.importKey("raw", sender, curve, false, []);
  const agree = {name: "ECDH", public: theirs};
  const shared = new Uint8Array(await crypto.subtle.deriveBits(agree, window.pair.privateKey, 256));
  const info = join(words("WebPush: info\\0"), window.point, sender);
  const secret = await hkdf(shared, window.auth, info, 32);
  const aes = await hkdf(secret, salt, words("Content-Encoding: aes128gcm\\0"), 16);
  const nonce = await hkdf(secret, salt, words("Content-Encoding: nonce\\0"), 12);
  const key = await crypto.subtle.importKey("raw", aes, "AES-GCM", false, ["decrypt"]);
  const plain = new Uint8Array(await crypto.subtle.decrypt({name: "AES-GCM", iv: nonce}, key, record));
  return new TextDecoder().decode(plain.slice(0, plain.lastIndexOf(2)));
}"""


@pytest.mark.chromium
@pytest.mark.parametrize("text", ["Corrección: no era correcto.", "", "á" * 450])
def test_chromium_opens_what_we_encrypt(chromium, live_server, text):
    page = chromium.new_page()
    try:
        page.goto(f"{live_server.url}/robots.txt")  # a secure context, with nothing of ours in it
        keys = page.evaluate(MAKE_KEYS)
        body = webpush.encrypt(text.encode(), webpush.parse_receiver(keys["p256dh"], keys["auth"]), pad_to=1024)
        assert page.evaluate(OPEN, base64.b64encode(body).decode()) == text
    finally:
        page.close()
