"""Enumerations of the subscriptions stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Kinds of message a person can subscribe to."""

    ENFORCEMENT = "ENFORCEMENT", _("Immigration agents confirmed nearby")
    HAZARD = "HAZARD", _("Tear gas or another danger nearby")
    RUMOUR = "RUMOUR", _("Rumours that turned out not to be true")


class Channel(models.TextChoices):
    """Channel of a contact method."""

    PUSH = "PUSH", _("Notification on this phone")
    SMS = "SMS", _("Text message")
    EMAIL = "EMAIL", _("E-mail")
    VOICE = "VOICE", _("Phone call")
    SIGNAL = "SIGNAL", "Signal"
    TELEGRAM = "TELEGRAM", "Telegram"
    MATRIX = "MATRIX", "Matrix"
    NTFY = "NTFY", "ntfy"
    DRILL = "DRILL", _("Drill recipient")


# All channels that reach people.
REAL_CHANNELS = tuple(channel for channel in Channel if channel != Channel.DRILL)


class SubscriptionState(models.TextChoices):
    """A subscription is active only after double opt-in."""

    PENDING = "PENDING", _("Waiting for your yes")
    ACTIVE = "ACTIVE", _("Active")
