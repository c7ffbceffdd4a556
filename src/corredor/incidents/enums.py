"""Enumerations of the incidents stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _

RADIUS_LEAST_M, RADIUS_MOST_M = 50, 5000  # limits of a warning's or hazard's radius, in metres


class Status(models.TextChoices):
    """Public status of an incident."""

    BEING_CHECKED = "BEING_CHECKED", _("Being checked")
    CONFIRMED = "CONFIRMED", _("Confirmed")
    ENDED = "ENDED", _("Ended")
    NOT_IMMIGRATION = "NOT_IMMIGRATION", _("Not immigration enforcement")
    COULD_NOT_VERIFY = "COULD_NOT_VERIFY", _("Could not be verified")
    CORRECTED = "CORRECTED", _("Corrected")


class Outcome(models.TextChoices):
    """Outcome of a trained verifier's check."""

    CONFIRMED_ACTIVE = "CONFIRMED_ACTIVE", _("Confirmed, happening now")
    CONFIRMED_ENDED = "CONFIRMED_ENDED", _("Confirmed, has ended")
    NOT_IMMIGRATION = "NOT_IMMIGRATION", _("Not immigration enforcement")
    COULD_NOT_VERIFY = "COULD_NOT_VERIFY", _("Could not verify")


CONFIRMED_OUTCOMES = (Outcome.CONFIRMED_ACTIVE, Outcome.CONFIRMED_ENDED)

STATUS_AFTER: dict[str, str] = {
    Outcome.CONFIRMED_ACTIVE: Status.CONFIRMED,
    Outcome.CONFIRMED_ENDED: Status.ENDED,
    Outcome.NOT_IMMIGRATION: Status.NOT_IMMIGRATION,
    Outcome.COULD_NOT_VERIFY: Status.COULD_NOT_VERIFY,
}


class Agency(models.TextChoices):
    """Agency involved: recorded apart from the outcome, because rumours usually get it wrong."""

    ICE = "ICE", _("ICE")
    BORDER_PATROL = "BORDER_PATROL", _("Border Patrol (CBP)")
    OTHER_FEDERAL = "OTHER_FEDERAL", _("Other federal agents")
    POLICE = "POLICE", _("City or state police")
    SHERIFF = "SHERIFF", _("Sheriff")
    MILITARY = "MILITARY", _("National Guard or military")
    NONE = "NONE", _("No agents")
    UNKNOWN = "UNKNOWN", _("Not known")


class Method(models.TextChoices):
    """Method of verification."""

    ON_SCENE = "ON_SCENE", _("Seen on scene by a verifier")
    TWO_WITNESSES = "TWO_WITNESSES", _("Two witnesses spoken to")
    MEDIA = "MEDIA", _("Photo or video checked")
    OFFICIAL = "OFFICIAL", _("Official word")


class PlaceKind(models.TextChoices):
    """Reason for this place on the incident's path."""

    FIRST = "FIRST", _("First seen")
    CORRECTED = "CORRECTED", _("Pin corrected")
    MOVED = "MOVED", _("Moved here")
    RETURNED = "RETURNED", _("Came back")


class HazardKind(models.TextChoices):
    """Kind of hazard."""

    IRRITANT = "IRRITANT", _("Tear gas or pepper spray")
    OTHER = "OTHER", _("Other danger")


class WindTo(models.TextChoices):
    """Direction the wind blows to, as seen on scene; not the meteorological direction it comes from."""

    N = "N", _("to the north")
    NE = "NE", _("to the north-east")
    E = "E", _("to the east")
    SE = "SE", _("to the south-east")
    S = "S", _("to the south")
    SW = "SW", _("to the south-west")
    W = "W", _("to the west")
    NW = "NW", _("to the north-west")
    UNKNOWN = "", _("not known")

    @property
    def degrees(self) -> float | None:
        """Compass direction in degrees, 0 north and 90 east; None if unknown."""
        return None if self is WindTo.UNKNOWN else 45.0 * list(WindTo).index(self)
