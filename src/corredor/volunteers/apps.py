"""Register the volunteers stage with Django."""

from corredor.kit.db_rules import StageConfig


class VolunteersConfig(StageConfig):
    name = "corredor.volunteers"
    label = "volunteers"

    def ready(self) -> None:
        super().ready()
        from django.db.models import Q

        from corredor.people.address_uses import register_use

        from .models import Volunteer

        register_use(Volunteer, "address", holding=Q(left_at=None))
