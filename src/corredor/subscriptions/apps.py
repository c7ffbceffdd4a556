"""Register the subscriptions stage with Django."""

from corredor.kit.db_rules import StageConfig


class SubscriptionsConfig(StageConfig):
    name = "corredor.subscriptions"
    label = "subscriptions"

    def ready(self) -> None:
        super().ready()
        from corredor.people.address_uses import register_use

        from .models import ContactMethod

        register_use(ContactMethod, "address")
