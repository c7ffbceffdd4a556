"""Register the incidents stage with Django."""

from corredor.kit.db_rules import StageConfig


class IncidentsConfig(StageConfig):
    name = "corredor.incidents"
    label = "incidents"

    def ready(self) -> None:
        super().ready()
        from corredor.intake.models import Report
        from corredor.kit.retention import register_hold

        from .retention import of_open_incident

        register_hold(Report, of_open_incident)
