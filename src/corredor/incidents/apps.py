"""Registers the incidents stage with Django."""

from corredor.kit.db_rules import StageConfig


class IncidentsConfig(StageConfig):
    name = "corredor.incidents"
    label = "incidents"
