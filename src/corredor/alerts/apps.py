"""Register the alerts stage with Django."""

from corredor.kit.db_rules import StageConfig


class AlertsConfig(StageConfig):
    name = "corredor.alerts"
    label = "alerts"
