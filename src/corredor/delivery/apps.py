"""Registers the delivery stage with Django."""

from corredor.kit.db_rules import StageConfig


class DeliveryConfig(StageConfig):
    name = "corredor.delivery"
    label = "delivery"
