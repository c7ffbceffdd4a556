"""Sheets to print: one for families, and one for each post, typeset by typst.

Every language is included, two side by side on a page. Texts come from Django's translations, the layout from
``school.typ`` and ``posts.typ`` beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import segno
import typst
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from corredor.corridors.enums import Weekday
from corredor.corridors.models import Post, School
from corredor.corridors.queries import get_bells, get_plan, get_school
from corredor.flows.school.public import PublicSchool
from corredor.kit.languages import CODES, in_language
from corredor.kit.time_of_day import format_hour
from corredor.people.queries import get_network

from .drawing import draw
from .lead_sheet import say_lead, script_of
from .prepared import say_lines

_MAP_SIZE = (760, 470)


def print_school(school: PublicSchool) -> bytes:
    """Return the families' sheet of one school: map, times, instructions. No posts, no people."""
    link = settings.BASE_URL + reverse("school:school", args=[school.slug])
    picture = draw(
        city=get_network().city,
        gate=school.gate,
        lines=school.lines,
        safe_places=school.safe_places,
        width=760,
        height=500,
    )
    sheets = [[_say_school(school, language) for language in pair] for pair in _pair_languages()]
    data = {"school": school.name, "sheets": sheets, "link": link, "network": get_network().name}
    return _typeset("school.typ", data, {"map.svg": _svg(picture), "code.svg": _code(link)})


def print_post(school: School, post: Post) -> bytes:
    """Return the sheet of one post."""
    return print_posts(school, [post])


def print_lead(school: School, posts: Sequence[Post]) -> bytes:
    """Return the lead's sheets: all prepared diversions, followed by one page for each post."""
    return print_posts(school, posts, with_lead=True)


def print_posts(school: School, posts: Sequence[Post], *, with_lead: bool = False) -> bytes:
    """Return one page for each post: location, what to watch, what to do, keywords to text, diversions.

    No people. ``with_lead`` adds the lead's page at the front.
    """
    plan = get_plan(school=school)
    lines = [[(lat, lon) for lat, lon in one["line"]] for one in (plan.data if plan else {}).get("corridors", ())]
    number = get_network().sms_number
    pages, files = [], {}
    for post in posts:
        name = f"post{post.number}.svg"
        files[name] = _svg(
            draw(
                city=school.city,
                gate=(school.lat, school.lon),
                lines=lines,
                posts=[((one.lat, one.lon), str(one.number)) for one in (plan.posts.all() if plan else [post])],
                safe_places=(plan.data if plan else {}).get("safe_places", ()),
                own=str(post.number),
                width=_MAP_SIZE[0],
                height=_MAP_SIZE[1],
            )
        )
        for pair in _pair_languages():
            texts = [_say_post(post, number, language) for language in pair]
            pages.append({"number": str(post.number), "map": name, "texts": texts})
    data: dict[str, Any] = {"school": school.name, "pages": pages, "network": get_network().name}
    data["map_ratio"] = _MAP_SIZE[0] / _MAP_SIZE[1]
    data["lead"] = []
    if with_lead and plan is not None:
        data["lead"] = [[say_lead(plan, posts, language) for language in pair] for pair in _pair_languages()]
        files["lead.svg"] = _svg(
            draw(
                city=school.city,
                gate=(school.lat, school.lon),
                lines=lines,
                posts=[((one.lat, one.lon), str(one.number)) for one in posts],
                safe_places=plan.data.get("safe_places", ()),
                width=760,
                height=360,
            )
        )
    return _typeset("posts.typ", data, files)


def _pair_languages() -> list[tuple[str, ...]]:
    """Return the languages in pairs, two on a page."""
    return [CODES[at : at + 2] for at in range(0, len(CODES), 2)]


def _say_school(school: PublicSchool, language: str) -> dict[str, Any]:
    with override(language):
        bells = get_bells(school=get_school(slug=school.slug))
        return {
            **script_of(language),
            "title": _("The way home"),
            "lead": _("Children walk home along these streets, with adults in sight of one another."),
            "times_title": _("Last bell"),
            "times": [
                [str(Weekday(day).label), format_hour(at, language=language)] for day, at in sorted(bells.items())
            ],
            "steps_title": _("What to do"),
            "steps": [
                _("Walk along the thick line. Adults with vests stand along it."),
                _("If you are told to wait, wait inside. We write when the way is open."),
                _("If something happens, go in at a place with a house on the map, or back to school."),
                _("Do not go towards anything you see or hear."),
            ],
            "now_title": _("How it stands today"),
            "now": _("Look here, or be told by text message or e-mail:"),
            "emergency": _("If someone is hurt, call 911."),
            "stale": _("The bell times have not been looked at this term.") if school.bells_stale else "",
            "safe_title": _("Places to go in"),
            "safe": [place["name"] for place in school.safe_places],
        }


def _say_post(post: Post, number: str, language: str) -> dict[str, Any]:
    with override(language):
        sees = [_("the gate") if seen == 0 else _("post %(number)d") % {"number": seen} for seen in post.sees]
        return {
            **script_of(language),
            "title": _("Post %(number)d") % {"number": post.number},
            "place": in_language(post.labels, language),
            "sees": _("From here you see: %(posts)s") % {"posts": ", ".join(sees)} if sees else "",
            "steps": [
                _("Come ten minutes before the bell, in your vest. Stay where both neighbors can see you."),
                _("Count the children who pass. Never ask for names, never write one down."),
                _("If you are told to hold: children go inside. If you see gas or agents: away from it, not nearer."),
                _("Hand a child over only as the school has agreed. Then count it home."),
            ],
            "words_title": _("By text message to %(number)s") % {"number": number} if number else _("By text message"),
            "words": [
                [_("POST %(number)d") % {"number": post.number}, _("I am at my post")],
                [_("READY"), _("all is well here")],
                [_("COUNT 12"), _("12 children passed me")],
                [_("HOME 5"), _("5 went home from here")],
                [_("TROUBLE"), _("I need help")],
            ],
            "closed_title": _("If your lead says that another way is walked"),
            "closed": say_lines(post.plan.data, post.number, language),
            "emergency": _("If someone is hurt, call 911."),
        }


def _svg(picture: Any) -> bytes:
    return render_to_string("schools/map.svg", {"picture": picture}).encode()


def _code(link: str) -> bytes:
    """Return the page's URL as a QR code."""
    return segno.make(link, error="m").svg_inline(scale=4, border=0, dark="#14202e").encode()


def _typeset(template: str, data: dict[str, Any], files: dict[str, bytes]) -> bytes:
    sources = {"main.typ": _read(template), "look.typ": _read("look.typ"), "data.json": json.dumps(data).encode()}
    return bytes(typst.compile({**sources, **files}))  # type: ignore[call-overload]  # its stub lacks several files


@cache
def _read(name: str) -> bytes:
    return resources.files(__package__).joinpath(name).read_bytes()
