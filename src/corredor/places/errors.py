"""Errors of the places stage."""


class OutsideTheCity(Exception):
    """The point is outside the city of the place."""


class NamelessPlace(Exception):
    """A place or alias needs a name of two letters or more."""


class NoStreetHere(Exception):
    """No street of the walking network is near this point."""


class NotOneStreet(Exception):
    """The two corners are not on one street, or further apart than LONGEST_M."""


class AlreadyUnlit(Exception):
    """This stretch is marked as unlit already."""


class UnknownTarget(Exception):
    """No street, area or place of the city has this ``name``."""

    def __init__(self, name: str) -> None:
        """Store the name for the message."""
        super().__init__(name)
        self.name = name
