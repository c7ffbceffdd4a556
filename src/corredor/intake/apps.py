"""Register the intake stage with Django."""

from corredor.kit.db_rules import StageConfig


class IntakeConfig(StageConfig):
    name = "corredor.intake"
    label = "intake"

    def ready(self) -> None:
        super().ready()
        from corredor.people.address_uses import register_use

        from .models import Report

        register_use(Report, "reply_to")
