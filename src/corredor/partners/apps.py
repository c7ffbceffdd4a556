"""Django app configuration of the partners stage."""

from corredor.kit.db_rules import StageConfig


class PartnersConfig(StageConfig):
    name = "corredor.partners"
    label = "partners"
