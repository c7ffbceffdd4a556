"""Words about gas are marked for the desk; a gas station is not."""

import pytest

from corredor.engines.hints import mentions_gas


@pytest.mark.parametrize(
    "text",
    [
        "agentes en la 39 y kedzie, echaron gas",
        "aventaron GASES lacrimógenos",
        "gas lacrimogeno por la escuela",
        "they used tear gas on us",
        "teargas everywhere",
        "pepper spray, people coughing",
        "nos rociaron la cara",
        "bombas de humo en la esquina",
        "flashbangs on 26th",
    ],
)
def test_gas(text):
    assert mentions_gas(text)


@pytest.mark.parametrize(
    "text", ["", "by the gas station on Kedzie", "en la gasolinera", "Vargas street", "gasto mucho"]
)
def test_no_gas(text):
    assert not mentions_gas(text)


def test_a_long_text_is_read_in_bounded_work():
    assert not mentions_gas("gasto pizza " * 100_000)
