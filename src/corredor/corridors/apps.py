"""Registers the corridors stage with Django."""

from corredor.kit.db_rules import StageConfig


class CorridorsConfig(StageConfig):
    name = "corredor.corridors"
    label = "corridors"
