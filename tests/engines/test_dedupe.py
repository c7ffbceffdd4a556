"""Near-duplicates are suggested with reasons that a person can check; floods of one text are detected."""

import pytest

from corredor.engines.dedupe import REACH_M, WINDOW_S, Sample, compare, find_flood, words_of
from corredor.engines.language import guess_language

HERE = (41.8226, -87.7044)


def sample(text, time_s=0.0, point=HERE):
    return Sample(point, time_s, words_of(text))


def test_same_corner_same_time_same_words_is_nearly_sure():
    a, b = sample("camioneta gris y gas lacrimógeno"), sample("gas lacrimogeno, camioneta GRIS")

    assert compare(a, b, distance_m=0).score == pytest.approx(1.0)
    assert compare(a, b, distance_m=0).shared == ("camioneta", "gas", "gris", "lacrimogeno")


def test_farther_later_and_otherwise_worded_is_less_sure():
    a = sample("gas y balas de goma")
    scores = [
        compare(a, sample("gas y balas de goma"), distance_m=50).score,
        compare(a, sample("gas y balas de goma"), distance_m=400).score,
        compare(a, sample("gas y balas de goma", 3600), distance_m=400).score,
        compare(a, sample("two black vans", 3600), distance_m=400).score,
    ]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


def test_too_far_or_too_late_is_another_event():
    a = sample("gas y balas de goma")

    assert compare(a, a, distance_m=REACH_M + 1).score == 0
    assert compare(a, sample("gas y balas de goma", WINDOW_S + 1), distance_m=0).score == 0


def test_without_a_place_words_alone_never_convince():
    a = sample("gas y balas de goma", point=None)

    assert 0 < compare(a, a, distance_m=None).score <= 0.6


def test_shuffled_copies_of_one_text_are_a_flood():
    copies = [(n, text) for n, text in enumerate(["raid at the mall bring everyone now"] * 3)]
    shuffled = [(n + 10, "now bring everyone raid at the mall!") for n in range(3)]
    others = [(20, "van gris en la esquina de mi escuela"), (21, "two officers on bikes near library")]

    assert find_flood([*copies, *shuffled, *others], least=5) == [[0, 1, 2, 10, 11, 12]]


def test_short_cries_are_never_a_flood():
    assert find_flood([(n, "migra!") for n in range(50)], least=5) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("agentes en la 39 y kedzie, echaron gas", "es"),
        ("agents at 39th and Kedzie, they used gas", "en"),
        ("hay 3 vans at the corner de mi escuela", "es"),
        ("¿where", "es"),
        ("👀", "es"),
        ("11:05", "es"),
        ("they took a man in front of the school", "en"),
    ],
)
def test_language_is_guessed_from_small_words(text, language):
    assert guess_language(text) == language
