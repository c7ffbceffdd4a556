"""What can be refused in the places stage."""


class OutsideTheCity(Exception):
    """The point is not in the city that the place is to be added to."""


class NamelessPlace(Exception):
    """A place or alias needs a name of two letters or more."""


class UnknownTarget(Exception):
    """No street, area or place of the city has this name. ``name`` is what was asked for."""

    def __init__(self, name: str) -> None:
        """Keep the name for the message."""
        super().__init__(name)
        self.name = name
