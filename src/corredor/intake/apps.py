"""Registers the intake stage with Django."""

from corredor.kit.db_rules import StageConfig


class IntakeConfig(StageConfig):
    name = "corredor.intake"
    label = "intake"
