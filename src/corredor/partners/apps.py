"""Registers the partners stage with Django."""

from corredor.kit.db_rules import StageConfig


class PartnersConfig(StageConfig):
    name = "corredor.partners"
    label = "partners"
