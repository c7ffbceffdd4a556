"""Django app configuration of the places stage."""

from corredor.kit.db_rules import StageConfig


class PlacesConfig(StageConfig):
    name = "corredor.places"
    label = "places"
