"""Register the delivery stage with Django."""

from corredor.kit.db_rules import StageConfig


class DeliveryConfig(StageConfig):
    name = "corredor.delivery"
    label = "delivery"

    def ready(self) -> None:
        super().ready()
        from django.db.models import Q

        from corredor.people.address_uses import Hold, register_use

        from .enums import SendState
        from .models import Delivery, TransactionalMessage

        on_its_way = Q(state__in=[SendState.DUE, SendState.CLAIMED])
        register_use(TransactionalMessage, "address", hold=Hold.MESSAGE, holding=on_its_way)
        register_use(Delivery, "address", hold=Hold.NONE)  # a person who unsubscribed is not warned any more
