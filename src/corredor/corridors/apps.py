"""Registers the corridors stage with Django."""

from corredor.kit.db_rules import StageConfig


class CorridorsConfig(StageConfig):
    name = "corredor.corridors"
    label = "corridors"

    def ready(self) -> None:
        super().ready()
        from django.db.models import Q

        from corredor.people.address_uses import register_use

        from .models import Lead

        register_use(Lead, "address", holding=Q(until=None))
