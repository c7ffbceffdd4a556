"""The stored form of a person's Matrix name."""

from __future__ import annotations

from corredor.channels.spec import WrongForm

from .rooms import PERSON


def normalise_person(value: str) -> str:
    """Return @name:server in lower case, also out of a matrix.to link. Raise WrongForm if it is none."""
    name, colon, server = value.removeprefix("https://matrix.to/#/").partition(":")
    person = f"{name.lower()}{colon}{server.lower()}"
    if not PERSON.fullmatch(person):
        raise WrongForm("matrix")
    return person
