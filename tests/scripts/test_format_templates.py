"""The template formatter: output of pages unchanged, and idempotent."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.template import Context, Engine

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "src" / "corredor" / "web" / "templates"
LONGEST_LINE = 160
WORDS = "Tell us what you see. " * 6


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("format_templates", ROOT / "scripts" / "format_templates.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["format_templates"] = module
    spec.loader.exec_module(module)
    return module


def test_every_template_is_laid_out(script: ModuleType) -> None:
    other = [path.name for path in TEMPLATES.rglob("*.html") if script.lay_out(path.read_text()) != path.read_text()]

    assert other == []


def test_no_line_of_a_template_is_too_long() -> None:
    long = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in TEMPLATES.rglob("*.*")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]

    assert long == []


@pytest.mark.parametrize(
    ("source", "laid_out"),
    [
        ("<div><p>a</p></div>", "<div><p>a</p></div>"),
        (f"<div><p>{'a ' * 30}</p></div>", f"<div>\n  <p>{('a ' * 30).strip()}</p>\n</div>"),
        ("<p>a{% if x %} b{% endif %}.</p>", "<p>a{% if x %} b{% endif %}.</p>"),
        (
            "<ul>{% for one in all %}<li>{{ one }}</li>{% empty %}"
            "<li>None of these is there today</li>{% endfor %}</ul>",
            "<ul>\n  {% for one in all %}\n    <li>{{ one }}</li>\n  {% empty %}\n"
            "    <li>None of these is there today</li>\n  {% endfor %}\n</ul>",
        ),
        (
            f'<p>{{% translate "{WORDS.strip()}" %}}</p>',
            "<p>\n  {% blocktranslate trimmed %}\n    "
            + " ".join(WORDS.split()[:26])
            + "\n    "
            + " ".join(WORDS.split()[26:])
            + "\n  {% endblocktranslate %}\n</p>",
        ),
    ],
)
def test_lines_are_broken_where_nothing_shows(script: ModuleType, source: str, laid_out: str) -> None:
    assert script.lay_out(source) == laid_out


def show(source: str, **context: object) -> str:
    """What a browser makes of a template: white space collapsed, and gone beside blocks."""
    html = re.sub(r"\s+", " ", Engine().from_string(source).render(Context(context)))
    return re.sub(r" ?(</?(?:p|div|ul|li)\b[^>]*>) ?", r"\1", html).replace(" >", ">").strip()


@pytest.mark.parametrize(
    "source",
    [
        "a" * 70 + "<b>" + "b" * 70 + "</b>.",
        "<p>" + "a" * 70 + '{% if x %}<b class="b">b</b>{% endif %}' + "c" * 70 + "</p>",
        "a" * 100 + "{% if x %}<div>b</div>{% endif %}" + "c" * 60,
        "a" * 100 + "{% if x %}<div>b</div>{% else %}<div>c</div>{% endif %}" + "c" * 60,
        "<div>" + "a" * 100 + "{% for n in x %}<b>{{ n }}</b>{% endfor %}</div>" + "c" * 60,
        "<div>{% for n in x %}<div>" + "a" * 100 + "</div>{{ n }}{% endfor %}</div>",
        "<div>{% for n in x %}{{ n }}<div>" + "a" * 100 + "</div>{% empty %}b{% endfor %}{% if x %} b{% endif %}.",
        "{% if x %}{% if y %}<p>" + "a" * 100 + "</p>{% endif %}b{% elif y %}<p>b</p>{% endif %}c",
        "<p>" + "a " * 90 + "{% if x %} b{% endif %}<a href='/'>" + "c " * 40 + "</a>{{ x }}</p>",
    ],
)
@pytest.mark.parametrize("x", ["", "12"])
@pytest.mark.parametrize("y", [False, True])
def test_what_is_shown_stays_the_same(script: ModuleType, source: str, x: str, y: bool) -> None:
    assert show(script.lay_out(source), x=x, y=y) == show(source, x=x, y=y)


@pytest.mark.parametrize(
    "source",
    [
        "<pre>\n a\n  b </pre>",
        "<textarea> {{ a }}\n</textarea>",
        '<script type="application/json">\n  {"a": 1}\n</script>',
        "{% block a %}{{ b }}{% endblock %}",
    ],
)
def test_what_is_verbatim_stays_the_same(script: ModuleType, source: str) -> None:
    assert script.lay_out(source) == source


def test_a_text_keeps_its_msgid(script: ModuleType) -> None:
    messages = importlib.import_module("messages")  # beside the script, which has put its folder on the path

    source = (
        f"<p>{{% blocktranslate count n=all with who=name %}}{WORDS}one of {{{{ who }}}}'s"
        f"{{% plural %}}{WORDS}{{{{ n }}}} of {{{{ who }}}}'s{{% endblocktranslate %}}</p>"
    )
    texts = [
        [text.id for _, text in messages.read_texts(messages.template_as_python(one, "page.html"))]
        for one in (source, script.lay_out(source))
    ]

    assert texts[0] == texts[1] != []
    assert " trimmed " in script.lay_out(source)
