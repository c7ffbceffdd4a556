"""Write a CAP message as XML, with elements in schema order."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from corredor.kit.xml_text import printable

from .message import NAMESPACE, Area, Info, Message, format_time


def write_message(message: Message) -> bytes:
    """Return the message as UTF-8; deterministic."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<alert xmlns="{NAMESPACE}">']
    lines += _elements(
        ("identifier", message.identifier),
        ("sender", message.sender),
        ("sent", format_time(message.sent)),
        ("status", message.status),
        ("msgType", message.kind),
        ("scope", message.scope),
        ("note", message.note),
        ("references", " ".join(f"{r.sender},{r.identifier},{format_time(r.sent)}" for r in message.references)),
        ("incidents", " ".join(message.incidents)),
    )
    for info in message.infos:
        lines += ["<info>", *_write_info(info), "</info>"]
    return "\n".join([*lines, "</alert>", ""]).encode()


def _write_info(info: Info) -> Iterable[str]:
    times = [(name, getattr(info, name)) for name in ("effective", "onset", "expires")]
    yield from _elements(
        ("language", info.language),
        *(("category", category) for category in info.categories),
        ("event", info.event),
        *(("responseType", response) for response in info.responses),
        ("urgency", info.urgency),
        ("severity", info.severity),
        ("certainty", info.certainty),
        *((name, format_time(moment)) for name, moment in times if moment),
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("web", info.web),
        ("contact", info.contact),
    )
    for name, value in info.parameters:
        yield from ("<parameter>", *_elements(("valueName", name), ("value", value)), "</parameter>")
    for area in info.areas:
        yield from ("<area>", *_write_area(area), "</area>")


def _write_area(area: Area) -> Iterable[str]:
    yield from _elements(
        ("areaDesc", area.words),
        *(("polygon", " ".join(f"{lat:g},{lon:g}" for lat, lon in ring)) for ring in area.polygons),
        *(("circle", f"{one.lat:g},{one.lon:g} {one.radius_km:g}") for one in area.circles),
    )
    for name, value in area.codes:
        yield from ("<geocode>", *_elements(("valueName", name), ("value", value)), "</geocode>")


def _elements(*pairs: tuple[str, str]) -> list[str]:
    """Return the elements that are not empty."""
    return [f"<{name}>{escape(printable(value))}</{name}>" for name, value in pairs if value]
