"""Contrast of the colours in tokens.css: WCAG 2.2 AA, light and dark."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "src" / "corredor" / "static" / "css"
TONES = ("checking", "danger", "clear", "plain", "told", "drill")
TEXT = [
    *[(f"{tone}-ink", f"{tone}-soft") for tone in TONES],
    *[
        (ink, ground)
        for ink in ("ink", "ink-soft", "brand")
        for ground in ("paper", "wash", "wash-strong", "brand-soft")
    ],
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("paper", "clear"),
    ("paper", "drill"),
    ("paper", "ink"),
]
SHAPES = [
    *[(tone, ground) for tone in TONES for ground in ("paper", f"{tone}-soft")],
    ("edge", "paper"),
    ("edge", "wash"),
    ("focus", "paper"),
    ("focus", "wash-strong"),
]


def read_schemes() -> dict[str, dict[str, str]]:
    light, dark = (CSS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    table = {}
    for name, css in (("light", light), ("dark", dark)):
        table[name] = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))
    return table


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_shapes_stand_out(scheme: str) -> None:
    colours = read_schemes()[scheme]
    weak = [
        f"--{front} on --{ground}: {contrast(colours[front], colours[ground]):.2f} < {least}"
        for pairs, least in ((TEXT, 4.5), (SHAPES, 3.0))
        for front, ground in pairs
        if contrast(colours[front], colours[ground]) < least
    ]
    assert weak == []


def test_both_schemes_name_the_same_colours() -> None:
    schemes = read_schemes()
    assert set(schemes["light"]) == set(schemes["dark"])


def test_red_and_green_mean_one_thing() -> None:
    """Red is used for a confirmed danger and green for the all-clear, nowhere else."""
    allowed = {
        "danger": ("status--CONFIRMED", "incident--CONFIRMED"),
        "clear": ("status--ENDED", "incident--ENDED", "button--clear"),
    }
    strays = []
    for sheet in sorted(CSS.glob("*.css")):
        if sheet.name in {"tokens.css"}:
            continue
        css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
            strays += [
                f"{sheet.name}: {selector.strip()} uses --{name}"
                for name, homes in allowed.items()
                if re.search(rf"var\(--{name}(-ink|-soft)?\)", body) and not any(home in selector for home in homes)
            ]
    assert strays == []
