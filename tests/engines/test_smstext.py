"""Segments, the GSM-7 alphabet, and keywords."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.engines.smstext import (
    Encoding,
    Keyword,
    Plan,
    is_gsm7,
    keyword_language,
    parse_keyword,
    plan,
    to_gsm7,
)
from corredor.engines.smstext.gsm7 import BASIC, EXTENSION


def test_the_tables_have_the_size_of_the_standard():
    assert len(BASIC) == 127  # 128 places, one of them the escape
    assert len(EXTENSION) == 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Plan(Encoding.GSM7, 1, 0)),
        ("a" * 160, Plan(Encoding.GSM7, 1, 160)),
        ("a" * 161, Plan(Encoding.GSM7, 2, 161)),
        ("a" * 306, Plan(Encoding.GSM7, 2, 306)),
        ("a" * 307, Plan(Encoding.GSM7, 3, 307)),
        ("ñ" * 160, Plan(Encoding.GSM7, 1, 160)),
        ("¿Dónde?", Plan(Encoding.UCS2, 1, 7)),
        ("í" * 70, Plan(Encoding.UCS2, 1, 70)),
        ("í" * 71, Plan(Encoding.UCS2, 2, 71)),
        ("í" * 134, Plan(Encoding.UCS2, 2, 134)),
        ("í" * 135, Plan(Encoding.UCS2, 3, 135)),
        ("€" * 80, Plan(Encoding.GSM7, 1, 160)),
        ("€" * 81, Plan(Encoding.GSM7, 2, 162)),
        ("a" * 152 + "€" + "a" * 152, Plan(Encoding.GSM7, 3, 306)),  # € may not be split: 152, 2 + 151, 1
        ("😀" * 35, Plan(Encoding.UCS2, 1, 70)),
        ("😀" * 36, Plan(Encoding.UCS2, 2, 72)),
        ("😀" * 67, Plan(Encoding.UCS2, 3, 134)),  # 33 pairs a segment, not 33 and a half
    ],
)
def test_plan(text, expected):
    assert plan(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¡Atención! ¿Dónde está la niña?", "¡Atencion! ¿Donde esta la niña?"),
        ("José, Güero, Núñez, É", "José, Güero, Nuñez, É"),
        ("Á Í Ó Ú á í ó ú", "A I O U a i o u"),
        ("nin\u0303a e\u0301xito", "niña éxito"),  # decomposed letters are put together first
        ("39\u00a0y\u202fKedzie", "39 y Kedzie"),
        ("“Quédese” – ‘dentro’…", "\"Quédese\" - 'dentro'..."),
        ("Agua 💧 aquí 🙏🏽", "Agua  aqui "),
        ("1.º piso, 20 °C", "1.o piso, 20 oC"),
        ("ﬁn ①", "fin 1"),
        ("a\u200bb\u200d", "ab"),
        ("[ok] {x} ~ €5", "[ok] {x} ~ €5"),
        ("Łódź", "Lodz"),
        ("línea\nnueva", "linea\nnueva"),
    ],
)
def test_to_gsm7(text, expected):
    assert to_gsm7(text) == expected
    assert is_gsm7(expected)


@pytest.mark.parametrize("text", ["新闻 está aquí", "Увага, está", "انتباه"])
def test_another_script_keeps_its_spelling(text):
    assert to_gsm7(text) == text
    assert plan(to_gsm7(text)).encoding is Encoding.UCS2


def test_the_accent_rule_halves_the_cost_of_a_spanish_alert():
    text = (
        "Corredor: CONFIRMADO por dos personas. Quédese dentro. No hay información de heridos. "
        "Pershing y Kedzie, visto 10:42, verificado 10:47."
    )
    assert plan(text).segments == 3
    assert plan(to_gsm7(text)).segments == 1


@given(st.text())
def test_spelling_is_stable_and_never_longer_on_the_air(text):
    spelt = to_gsm7(text)
    assert to_gsm7(spelt) == spelt
    assert plan(spelt).encoding is Encoding.GSM7 or not is_gsm7(spelt)


@given(st.text(max_size=400))
def test_segments_hold_all_units(text):
    made = plan(text)
    single, each = (160, 153) if made.encoding is Encoding.GSM7 else (70, 67)
    assert made.units <= single if made.segments == 1 else made.units <= made.segments * each
    assert made.units > (made.segments - 1) * (each - 1) or made.segments == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("STOP", Keyword.STOP),
        ("stop.", Keyword.STOP),
        (" Stop!! ", Keyword.STOP),
        ("¡ALTO!", Keyword.STOP),
        ("Baja", Keyword.STOP),
        ("stop please", Keyword.STOP),
        ("por favor, alto", Keyword.STOP),
        ("Unsubscribe", Keyword.STOP),
        ("STOP ALL", Keyword.STOP),
        ("StopAll", Keyword.STOP),
        ("cancel", Keyword.STOP),
        ("opt-out", Keyword.STOP),
        ("no más", Keyword.STOP),
        ("“STOP”", Keyword.STOP),
        ("ＳＴＯＰ", Keyword.STOP),
        ("STOP 🛑", Keyword.STOP),
        ("stop\n", Keyword.STOP),
        ("quit", Keyword.STOP),
        ("START", Keyword.START),
        ("inicio", Keyword.START),
        ("Help", Keyword.HELP),
        ("AYUDA", Keyword.HELP),
        ("información", Keyword.HELP),
        ("report", Keyword.REPORT),
        ("Reporte", Keyword.REPORT),
        ("status?", Keyword.STATUS),
        ("estado", Keyword.STATUS),
        ("water", Keyword.WATER),
        ("agua", Keyword.WATER),
        ("Sí", Keyword.YES),
        ("si\u0301", Keyword.YES),
        ("SI", Keyword.YES),
        ("yes!", Keyword.YES),
        ("No", Keyword.NO),
        ("Y", Keyword.YES),
    ],
)
def test_keywords(text, expected):
    assert parse_keyword(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "👍",
        "…",
        "They won't stop at 39th and Kedzie",
        "stop at the bus stop on Cermak",
        "bus stop",
        "alto, hay agentes en la 26",
        "ayuda en pershing y kedzie",
        "no hay nadie",
        "agua y hielo en la 22",
        "please",
        "por favor",
        "stop stop they are here",
        "the report is wrong",
        "si vienen aviso",
        "STOP" * 100,
    ],
)
def test_sentences_are_no_keywords(text):
    assert parse_keyword(text) is None


@given(st.text(max_size=200))
def test_any_text_is_answered(text):
    assert parse_keyword(text) is None or isinstance(parse_keyword(text), Keyword)


# What carriers require of anybody who texts many, and what the network's own leaflets say.
REQUIRED = {
    Keyword.STOP: "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT ALTO BAJA CANCELAR SALIR PARAR",
    Keyword.START: "START UNSTOP INICIO INICIAR",
    Keyword.YES: "YES Y SI SÍ S",
    Keyword.HELP: "HELP INFO AYUDA INFORMACION INFORMACIÓN",
    Keyword.REPORT: "REPORT REPORTE REPORTAR",
    Keyword.STATUS: "STATUS ESTADO ESTATUS",
    Keyword.WATER: "WATER AGUA",
}
WRITTEN = [
    str.upper,
    str.lower,
    str.title,
    lambda word: f"  {word}\r\n",
    lambda word: f"{word}.",
    lambda word: f"¡{word}!",
    lambda word: f"¿{word}?",
    lambda word: f"«{word}»",
    lambda word: f'"{word}"',
    lambda word: f"*{word}*",
    lambda word: f"{word} 🙏🏽",
    lambda word: f"{word} please",
    lambda word: f"Por favor, {word}",
    lambda word: f"{word} gracias",
    lambda word: word.replace("I", "Í"),
    lambda word: "".join(chr(ord(c) + 0xFEE0) if c.isascii() else c for c in word),  # full width
    lambda word: "\u200b".join(word),
]


@pytest.mark.parametrize(("keyword", "words"), REQUIRED.items(), ids=str)
@pytest.mark.parametrize("write", WRITTEN)
def test_every_required_word_however_it_is_written(keyword, words, write):
    for word in words.split():
        assert parse_keyword(write(word)) is keyword, write(word)


@pytest.mark.parametrize(
    "sentence",
    [
        "Stop, there are agents at 26th",
        "They told him to stop",
        "stop sign at Pershing and Kedzie",
        "don't stop here",
        "STOP ICE",
        "Alto ahí, dijeron",
        "un hombre alto con chaleco",
        "alto en la 47",
        "el alto de la esquina",
        "necesito ayuda",
        "ayuda!! en la 26 y kedzie",
        "help us at the park",
        "water main broke on 31st",
        "no hay agua en el refugio",
        "status of the raid",
        "en buen estado",
        "report to the corner",
        "yes they are here",
        "si estan aqui",
        "start of the school day",
        "inicio de clases",
        "end of the street",
        "cancel my last report",
        "quit calling",
        "baja velocidad en la 35",
    ],
)
def test_a_keyword_inside_a_sentence_is_none(sentence):
    assert parse_keyword(sentence) is None
    assert parse_keyword(sentence.upper()) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ALTO", "es"),
        ("Pare", "es"),
        ("información", "es"),
        ("Sí", "es"),
        ("por favor, alto", "es"),
        ("detener", "es"),
        ("STOP", "en"),
        ("unsubscribe", "en"),
        ("status", "en"),
        ("no", "en"),
        ("They won't stop", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_a_keyword(text, language):
    assert keyword_language(text) == language
