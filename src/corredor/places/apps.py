"""Registers the places stage with Django."""

from corredor.kit.db_rules import StageConfig


class PlacesConfig(StageConfig):
    name = "corredor.places"
    label = "places"
