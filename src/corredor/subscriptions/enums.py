"""Enumerations of the subscriptions stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from corredor.channels.catalogue import list_channels


class Kind(models.TextChoices):
    """Kinds of message a person can subscribe to."""

    ENFORCEMENT = "ENFORCEMENT", _("Immigration agents confirmed nearby")
    HAZARD = "HAZARD", _("Tear gas or another danger nearby")
    RUMOUR = "RUMOUR", _("Rumours that turned out not to be true")


if TYPE_CHECKING:

    class Channel(models.TextChoices):
        """How a subscriber is reached. Only channels that the program names are members for the type checker."""

        PUSH = "PUSH"
        SMS = "SMS"
        EMAIL = "EMAIL"
        DRILL = "DRILL"

else:
    # One member for every folder of corredor.channels: a new channel needs no line here.
    Channel = models.TextChoices("Channel", [(spec.kind, (spec.kind, _(spec.label))) for spec in list_channels()])

# Every channel that leads to people.
REAL_CHANNELS = tuple(Channel(spec.kind) for spec in list_channels() if not spec.is_for_drills)


class SubscriptionState(models.TextChoices):
    """A subscription is active only after double opt-in."""

    PENDING = "PENDING", _("Waiting for your yes")
    ACTIVE = "ACTIVE", _("Active")
