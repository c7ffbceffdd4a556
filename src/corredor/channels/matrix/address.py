"""The stored form of a Matrix user id."""

from __future__ import annotations

from corredor.channels.spec import WrongForm

from .rooms import PERSON


def normalise_person(value: str) -> str:
    """Return @name:server in lower case, also from a matrix.to link. Raise WrongForm if it is not a user id."""
    name, colon, server = value.removeprefix("https://matrix.to/#/").partition(":")
    person = f"{name.lower()}{colon}{server.lower()}"
    if not PERSON.fullmatch(person):
        raise WrongForm("matrix")
    return person
