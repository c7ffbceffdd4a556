"""No tracked file holds a machine path, a package registry or a secret."""

from __future__ import annotations

import re

import pytest

from .repository import list_tracked, show

_LARGEST = 2_000_000  # beyond it are maps and other binary files
# Written in pieces, so that this file does not hold what it looks for.
_HOMES = r"(?<![\w.$~}/-])/(?:ro" + r"ot|ho" + r"me/\w+|Us" + r"ers/\w+|wo" + r"rk|work" + r"space|t" + r"mp)/[\w.-]"
# Name and ending apart: not even a piece of this file is a host.
_REGISTRY_HOSTS = [
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("proxy", "golang", "org"),
        ("repo", "maven", "apache", "org"),
    )
]
_REGISTRIES = "|".join(re.escape(host) for host in _REGISTRY_HOSTS)
_CREDENTIALS = "|".join(
    (
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE" + r" KEY-----(?:\\n|\s)+[A-Za-z0-9+/=]{40}",
        r"\bAK" + r"IA[0-9A-Z]{16}\b",
        r"\bgh[pousr]" + r"_[A-Za-z0-9]{30}",
        r"\bgithub_" + r"pat_[A-Za-z0-9_]{30}",
        r"\bxo" + r"x[abpr]-[A-Za-z0-9-]{10}",
        r"\bsk_" + r"live_[A-Za-z0-9]{16}",
        r"\bS" + r"K[0-9a-f]{32}\b",
        r"\bhttps?://[^\s/:@\"'{}<>]+:[^\s/@\"'{}<>]{6,}@(?!127\.0\.0\.1|localhost)[\w.-]+\.\w",
    )
)
_SECRET_FILES = (".key", ".pem", ".p12", ".pfx", ".sqlite3", ".env")


def _find(pattern: str) -> list[str]:
    wanted, found = re.compile(pattern), []
    for path in list_tracked():
        if path.stat().st_size > _LARGEST:
            continue
        content = path.read_bytes()
        if b"\0" in content[:8000]:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            if wanted.search(line):
                found.append(f"{show(path)}:{number}: {line.strip()[:120]}")
    return found


@pytest.mark.parametrize(
    ("what", "pattern"), [("a path of one machine", _HOMES), ("a registry", _REGISTRIES), ("a secret", _CREDENTIALS)]
)
def test_nothing_holds(what, pattern):
    assert _find(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (_HOMES, 'x = "/ro' + 'ot/data"'),
        (_HOMES, "see /wo" + "rk/main"),
        (_HOMES, "open('/t" + "mp/x')"),
        *((_REGISTRIES, f"see a.{host}/x") for host in _REGISTRY_HOSTS),
        (_CREDENTIALS, "key = 'AK" + "IA" + "ABCDEFGH12345678'"),
        (_CREDENTIALS, "postgresql: https://someone:" + "a-password@db.example.org/x"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern, line):
    assert re.search(pattern, line)


def test_no_file_of_secrets_is_tracked():
    assert [show(path) for path in list_tracked() if path.name.endswith(_SECRET_FILES)] == []


def test_no_lock_file_holds_addresses():
    locks = [path for path in list_tracked() if path.name in ("package-lock.json", "uv.lock", "poetry.lock")]

    assert [path.name for path in locks if path.name != "package-lock.json"] == []
    assert [path.name for path in locks if re.search(r'"resolved"\s*:\s*"http', path.read_text())] == []
