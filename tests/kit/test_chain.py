"""The hash chain detects any altered, removed, added or moved entry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.kit.hash_chain import GENESIS, Link, digest_entry, find_break


def build(contents):
    links, previous = [], GENESIS
    for seq, content in enumerate(contents, start=1):
        digest = digest_entry(seq=seq, previous=previous, content=content)
        links.append(Link(seq, previous, digest, content))
        previous = digest
    return links


CONTENTS = [{"kind": "opened", "n": n} for n in range(6)]


def test_an_untouched_chain_holds():
    assert find_break(build(CONTENTS)) is None
    assert find_break([]) is None


@given(at=st.integers(0, 5), content=st.dictionaries(st.text(max_size=5), st.integers()))
def test_a_changed_entry_shows(at, content):
    links = build(CONTENTS)
    links[at] = Link(links[at].seq, links[at].previous, links[at].digest, content)

    assert find_break(links) == at + 1


@pytest.mark.parametrize("at", range(5))
def test_a_removed_entry_shows(at):
    links = build(CONTENTS)
    del links[at]

    assert find_break(links) == at + 2


def test_entries_cannot_change_places():
    links = build(CONTENTS)
    links[2], links[3] = links[3], links[2]

    assert find_break(links) == 4
