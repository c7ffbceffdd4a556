"""Every reason for a missing plan has a message, in both languages, with the closed directions."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from corredor.corridors import errors
from corredor.corridors.errors import NoSafePlan
from corredor.engines.corridors import Reason
from corredor.web.schools.refusal import REFUSALS, refuse

ONLY_WHEN_REPLANNED = {Reason.NOT_TOUCHED, Reason.HOMES_TOUCHED, Reason.IN_THE_WAY, Reason.TOO_LITTLE_LEFT}
OF_A_PLAN = sorted(set(Reason) - ONLY_WHEN_REPLANNED)


@pytest.mark.parametrize("reason", OF_A_PLAN)
def test_a_sentence_for_each_reason(reason):
    said = {}
    for language in ("en", "es"):
        with override(language):
            said[language] = refuse(NoSafePlan(str(reason)), language)

    assert said["en"] != said["es"]
    assert "The planner found no way" not in said["en"]


def test_closed_directions_are_named():
    with override("en"):
        words = refuse(NoSafePlan("no_way_out", ("N", "W")), "en")
    with override("es"):
        palabras = refuse(NoSafePlan("no_way_out", ("N", "W")), "es")

    assert words.endswith("There is no safe way out of the gate to the north and west.")
    assert palabras.endswith("No hay salida segura de la escuela hacia el norte y el oeste.")


def test_every_error_of_the_stage_has_words():
    known = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)}

    assert known <= set(REFUSALS)
