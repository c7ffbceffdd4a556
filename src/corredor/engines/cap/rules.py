"""Validation rules of CAP 1.2: elements, their order, their number, and their contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from .message import NAMESPACE
from .tree import BrokenXml, Node, parse

_SIGNATURE = "http://www.w3.org/2000/09/xmldsig# Signature"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_NAME = re.compile(r"[^\s,<&]+")
_REFERENCE = re.compile(r"[^\s,<&]+,[^\s,<&]+,(\S+)")
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
KINDS = ("Alert", "Update", "Cancel", "Ack", "Error")
_ANY, _ONE, _MAYBE, _SOME = (0, None), (1, 1), (0, 1), (1, None)
_Check = Callable[[str], bool]
_Rows = tuple[tuple[str, tuple[int, int | None], _Check], ...]


def find_faults(data: bytes) -> list[str]:
    """Return the violations in a message, in words for its sender; empty if it is valid."""
    try:
        root = parse(data)
    except BrokenXml as error:
        return [f"not readable as XML: {error}"]
    if root.name != f"{NAMESPACE} alert":
        return ["the root is no alert of CAP 1.2"]
    return [*_check_group(root, _ALERT, "alert"), *_check_whole(root)]


def is_time(text: str) -> bool:
    """Return whether the text is a time in whole seconds with a numeric offset."""
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_polygon(text: str) -> bool:
    """Return whether the text has at least four points, the last equal to the first."""
    points = text.split()
    return len(points) >= 4 and points[0] == points[-1] and all(map(_is_point, points))


def is_circle(text: str) -> bool:
    """Return whether the text is a point, a blank, and a radius in kilometres."""
    point, _, radius = text.partition(" ")
    return _is_point(point) and _is_number(radius) and float(radius) >= 0


def _is_point(text: str) -> bool:
    lat, comma, lon = text.partition(",")
    return bool(comma) and _is_number(lat) and _is_number(lon) and abs(float(lat)) <= 90 and abs(float(lon)) <= 180


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?\d+(\.\d+)?", text) is not None


def _one_of(*words: str) -> _Check:
    return lambda text: text in words


def _is_text(text: str) -> bool:
    return True


def _is_said(text: str) -> bool:
    return bool(text)


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _is_language(text: str) -> bool:
    return _LANGUAGE.fullmatch(text) is not None


def _are_references(text: str) -> bool:
    found = [_REFERENCE.fullmatch(part) for part in text.split()]
    return bool(found) and all(one is not None and is_time(one[1]) for one in found)


_PAIR: _Rows = (("valueName", _ONE, _is_said), ("value", _ONE, _is_text))
_ALERT: _Rows = (
    ("identifier", _ONE, _is_name),
    ("sender", _ONE, _is_name),
    ("sent", _ONE, is_time),
    ("status", _ONE, _one_of(*STATUSES)),
    ("msgType", _ONE, _one_of(*KINDS)),
    ("source", _MAYBE, _is_text),
    ("scope", _ONE, _one_of("Public", "Restricted", "Private")),
    ("restriction", _MAYBE, _is_text),
    ("addresses", _MAYBE, _is_text),
    ("code", _ANY, _is_text),
    ("note", _MAYBE, _is_text),
    ("references", _MAYBE, _are_references),
    ("incidents", _MAYBE, _is_text),
    ("info", _ANY, _is_text),
)
_CATEGORIES = "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other".split()
_RESPONSES = "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None".split()
_INFO: _Rows = (
    ("language", _MAYBE, _is_language),
    ("category", _SOME, _one_of(*_CATEGORIES)),
    ("event", _ONE, _is_said),
    ("responseType", _ANY, _one_of(*_RESPONSES)),
    ("urgency", _ONE, _one_of("Immediate", "Expected", "Future", "Past", "Unknown")),
    ("severity", _ONE, _one_of("Extreme", "Severe", "Moderate", "Minor", "Unknown")),
    ("certainty", _ONE, _one_of("Observed", "Likely", "Possible", "Unlikely", "Unknown")),
    ("audience", _MAYBE, _is_text),
    ("eventCode", _ANY, _is_text),
    ("effective", _MAYBE, is_time),
    ("onset", _MAYBE, is_time),
    ("expires", _MAYBE, is_time),
    ("senderName", _MAYBE, _is_text),
    ("headline", _MAYBE, _is_text),
    ("description", _MAYBE, _is_text),
    ("instruction", _MAYBE, _is_text),
    ("web", _MAYBE, _is_text),
    ("contact", _MAYBE, _is_text),
    ("parameter", _ANY, _is_text),
    ("resource", _ANY, _is_text),
    ("area", _ANY, _is_text),
)
_AREA: _Rows = (
    ("areaDesc", _ONE, _is_said),
    ("polygon", _ANY, is_polygon),
    ("circle", _ANY, is_circle),
    ("geocode", _ANY, _is_text),
    ("altitude", _MAYBE, _is_number),
    ("ceiling", _MAYBE, _is_number),
)
_RESOURCE: _Rows = (
    ("resourceDesc", _ONE, _is_said),
    ("mimeType", _ONE, _is_said),
    ("size", _MAYBE, str.isdigit),
    ("uri", _MAYBE, _is_text),
    ("derefUri", _MAYBE, _is_text),
    ("digest", _MAYBE, _is_text),
)
_GROUPS: dict[str, _Rows] = {
    "info": _INFO,
    "area": _AREA,
    "resource": _RESOURCE,
    "parameter": _PAIR,
    "eventCode": _PAIR,
    "geocode": _PAIR,
}


def _check_group(node: Node, rows: _Rows, where: str) -> Iterator[str]:
    names = [name for name, _, _ in rows]
    children = [child for child in node.children if child.name != _SIGNATURE]
    found = [child.name.removeprefix(f"{NAMESPACE} ") for child in children]
    unknown = [name for name in found if name not in names]
    if unknown:
        yield f"{where} holds {unknown[0]}"
        return
    if found != sorted(found, key=names.index):
        yield f"{where}: its elements are not in the order of the standard"
    for name, (least, most), _ in rows:
        count = found.count(name)
        if count < least or (most is not None and count > most):
            yield f"{where}: {count} of {name}"
    for child, name in zip(children, found, strict=True):
        yield from _check_one(child, name, rows, where)


def _check_one(child: Node, name: str, rows: _Rows, where: str) -> Iterator[str]:
    if name in _GROUPS:
        yield from _check_group(child, _GROUPS[name], f"{where}/{name}")
    elif child.children:
        yield f"{where}/{name} holds elements"
    elif not next(check for row, _, check in rows if row == name)(child.text):
        yield f"{where}/{name} holds what it may not hold"


def _check_whole(root: Node) -> Iterable[str]:
    """Yield violations of rules between elements, which the standard states in prose and no schema covers."""
    said = {child.name.removeprefix(f"{NAMESPACE} "): child.text for child in root.children}
    if said.get("msgType") in ("Update", "Cancel", "Ack", "Error") and not said.get("references"):
        yield f"alert: {said['msgType']} without references"
    if said.get("scope") == "Restricted" and not said.get("restriction"):
        yield "alert: restricted, but not to whom"
    if said.get("scope") == "Private" and not said.get("addresses"):
        yield "alert: private, but without addresses"
