"""Geocoder for free text: find the places that a message in English, Spanish or both names, with a confidence."""

from .around import Described, School
from .gazetteer import AreaTable, CrossingTable, Gazetteer, PlaceTable, StreetTable
from .locator import Locator, best_of
from .overlay import ExtraAlias, ExtraPlace
from .result import Alternative, Context, Kind, Located, Movement, OpenSpot, Text

__all__ = [
    "Alternative",
    "AreaTable",
    "Context",
    "CrossingTable",
    "Described",
    "ExtraAlias",
    "ExtraPlace",
    "Gazetteer",
    "Kind",
    "Located",
    "Locator",
    "Movement",
    "OpenSpot",
    "PlaceTable",
    "School",
    "StreetTable",
    "Text",
    "best_of",
]
