"""Random identifiers and codes that people can read over a bad telephone line."""

import hashlib
import hmac
import secrets

# No vowels (no words by accident), no characters that are misread: 0/O, 1/I/L, 5/S, 2/Z, 8/B.
ALPHABET = "34679CDFGHJKMNPQRTVWXY"


def new_code(length: int = 12) -> str:
    """A receipt code such as ``7KQF-3HTX-WJ9M``: ``length`` characters of 4.46 bits, in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return "-".join(letters[i : i + 4] for i in range(0, length, 4))


def code_of(reference: str, *, pepper: str, length: int = 12) -> str:
    """The code that belongs to a form sent once or twice: the same each time, guessed by nobody else."""
    digest = hmac.new(pepper.encode(), f"code:{reference}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    letters = ""
    for _ in range(length):
        number, at = divmod(number, len(ALPHABET))
        letters += ALPHABET[at]
    return "-".join(letters[i : i + 4] for i in range(0, length, 4))


def normalise_code(code: str) -> str:
    """Upper case without blanks or dashes, as codes are hashed; longer input than any code is cut."""
    return "".join(c for c in code[:64].upper() if c.isalnum())


def new_slug(length: int = 10) -> str:
    """A short public identifier for addresses of pages."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length)).lower()


def new_token() -> str:
    """An unguessable token for links (192 bits, url-safe)."""
    return secrets.token_urlsafe(24)


def digest_secret(secret: str, *, pepper: str) -> str:
    """The form in which codes and tokens are stored, so that a stolen database opens nothing.

    They are random and long, so a keyed SHA-256 is enough; a slow hash guards guessable secrets only.
    """
    return hmac.new(pepper.encode(), secret.encode(), hashlib.sha256).hexdigest()
