"""Registers the subscriptions stage with Django."""

from corredor.kit.db_rules import StageConfig


class SubscriptionsConfig(StageConfig):
    name = "corredor.subscriptions"
    label = "subscriptions"
