"""Random identifiers, and codes that can be read out over a bad telephone line."""

import hashlib
import hmac
import secrets

# No vowels (no accidental words), no ambiguous characters: 0/O, 1/I/L, 5/S, 2/Z, 8/B.
ALPHABET = "34679CDFGHJKMNPQRTVWXY"


def new_code(length: int = 12) -> str:
    """Return a random code such as ``7KQF-3HTX-WJ9M``: ``length`` characters of 4.46 bits, in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return "-".join(letters[i : i + 4] for i in range(0, length, 4))


def code_of(reference: str, *, pepper: str, length: int = 12) -> str:
    """Return the code of a form submission: deterministic, so a form sent twice has one code, and unguessable."""
    digest = hmac.new(pepper.encode(), f"code:{reference}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    letters = ""
    for _ in range(length):
        number, at = divmod(number, len(ALPHABET))
        letters += ALPHABET[at]
    return "-".join(letters[i : i + 4] for i in range(0, length, 4))


def normalise_code(code: str) -> str:
    """Return upper case without blanks or dashes, as codes are hashed; input longer than any code is truncated."""
    return "".join(c for c in code[:64].upper() if c.isalnum())


def new_slug(length: int = 10) -> str:
    """Return a short public identifier for page addresses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length)).lower()


def new_token() -> str:
    """Return an unguessable token for links (192 bits, url-safe)."""
    return secrets.token_urlsafe(24)


def digest_secret(secret: str, *, pepper: str) -> str:
    """Return the digest under which codes and tokens are stored, so that a stolen database opens nothing.

    They are random and long, so a keyed SHA-256 is enough; a slow hash is needed only for guessable secrets.
    """
    return hmac.new(pepper.encode(), secret.encode(), hashlib.sha256).hexdigest()
