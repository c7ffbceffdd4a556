"""Pages go out without the white space of their templates' layout, and with all that shows."""

from __future__ import annotations

import pytest
from django.template import engines
from django.template.loader import get_template

from corredor.web.template_loader import squeeze


@pytest.mark.parametrize(
    ("template", "squeezed"),
    [
        ("<div>\n  <p>\n    a\n    b\n  </p>\n</div>\n", "<div><p>a\nb</p></div>"),
        ("<p>\n  a\n  <b>b</b>\n  {{ c }}\n</p>", "<p>a\n<b>b</b>\n{{ c }}</p>"),
        ('<a\n    href="/"\n    >a</a>\n<b>b</b>', '<a\nhref="/"\n>a</a>\n<b>b</b>'),
        ("<p>a  b</p> <p>c</p>", "<p>a  b</p> <p>c</p>"),
        ("<div>\n<pre>\n a\n  b\n</pre>\n</div>", "<div><pre>\n a\n  b\n</pre></div>"),
        ("<textarea>\n  {{ a }}\n</textarea>\n  <p>", "<textarea>\n  {{ a }}\n</textarea><p>"),
        ("{% if a > b %}\n  <i>c</i>\n{% endif %}", "{% if a > b %}\n<i>c</i>\n{% endif %}"),
    ],
)
def test_only_what_never_shows_is_left_out(template, squeezed):
    assert squeeze(template) == squeezed


def test_every_template_of_ours_is_loaded_so():
    assert "\n  " not in get_template("public/home.html").template.source


def test_a_developer_sees_templates_as_they_are_written(settings):
    settings.DEBUG = True
    (engine,) = engines.all()
    engine.engine.template_loaders[0].reset()  # what was loaded before is kept
    try:
        assert "\n  " in get_template("public/home.html").template.source
    finally:
        engine.engine.template_loaders[0].reset()
