"""Parse an untrusted CAP message; reject it whole if it violates the standard."""

from __future__ import annotations

from datetime import datetime

from .message import NAMESPACE, Area, Circle, Info, Message, Reference
from .rules import find_faults
from .tree import LARGEST, Node, parse

__all__ = ["LARGEST", "UnreadableCap", "read_message"]


class UnreadableCap(Exception):
    """Not a valid CAP 1.2 message. ``faults`` lists the violations."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults[:5]))
        self.faults = faults


def read_message(data: bytes) -> Message:
    """Parse a message. Raise UnreadableCap. An embedded signature is ignored, not verified."""
    if faults := find_faults(data):
        raise UnreadableCap(faults)
    root = parse(data)
    return Message(
        identifier=_text(root, "identifier"),
        sender=_text(root, "sender"),
        sent=datetime.fromisoformat(_text(root, "sent")),
        status=_text(root, "status"),
        kind=_text(root, "msgType"),
        scope=_text(root, "scope"),
        note=_text(root, "note"),
        references=tuple(_reference(part) for part in _text(root, "references").split()),
        incidents=tuple(_text(root, "incidents").split()),
        infos=tuple(_info(node) for node in _all(root, "info")),
    )


def _info(node: Node) -> Info:
    return Info(
        language=_text(node, "language") or "en-US",
        categories=tuple(_texts(node, "category")),
        event=_text(node, "event"),
        responses=tuple(_texts(node, "responseType")),
        urgency=_text(node, "urgency"),
        severity=_text(node, "severity"),
        certainty=_text(node, "certainty"),
        effective=_time(node, "effective"),
        onset=_time(node, "onset"),
        expires=_time(node, "expires"),
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        web=_text(node, "web"),
        contact=_text(node, "contact"),
        parameters=tuple((_text(one, "valueName"), _text(one, "value")) for one in _all(node, "parameter")),
        areas=tuple(_area(one) for one in _all(node, "area")),
    )


def _area(node: Node) -> Area:
    return Area(
        words=_text(node, "areaDesc"),
        polygons=tuple(tuple(_point(p) for p in text.split()) for text in _texts(node, "polygon")),
        circles=tuple(_circle(text) for text in _texts(node, "circle")),
        codes=tuple((_text(one, "valueName"), _text(one, "value")) for one in _all(node, "geocode")),
    )


def _circle(text: str) -> Circle:
    point, _, radius = text.partition(" ")
    return Circle(*_point(point), float(radius))


def _point(text: str) -> tuple[float, float]:
    lat, _, lon = text.partition(",")
    return float(lat), float(lon)


def _reference(text: str) -> Reference:
    sender, identifier, sent = text.split(",")
    return Reference(sender, identifier, datetime.fromisoformat(sent))


def _time(node: Node, name: str) -> datetime | None:
    text = _text(node, name)
    return datetime.fromisoformat(text) if text else None


def _all(node: Node, name: str) -> list[Node]:
    return list(node.all(f"{NAMESPACE} {name}"))


def _texts(node: Node, name: str) -> list[str]:
    return [one.text for one in _all(node, name)]


def _text(node: Node, name: str) -> str:
    return next(iter(_texts(node, name)), "")
