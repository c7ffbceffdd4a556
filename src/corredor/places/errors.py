"""What can be refused in the places stage."""


class OutsideTheCity(Exception):
    """The point is not in the city that the place is to be added to."""


class NamelessPlace(Exception):
    """A place or alias needs a name of two letters or more."""


class NoStreetHere(Exception):
    """No street of the walking network runs near this point."""


class NotOneStreet(Exception):
    """The two corners are not on one street, or further apart than anybody walks."""


class AlreadyUnlit(Exception):
    """This stretch is marked as unlit already."""


class UnknownTarget(Exception):
    """No street, area or place of the city has this name. ``name`` is what was asked for."""

    def __init__(self, name: str) -> None:
        """Keep the name for the message."""
        super().__init__(name)
        self.name = name
