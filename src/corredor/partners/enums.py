"""Enumerations of the partners stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HookState(models.TextChoices):
    """State of one webhook."""

    DUE = "DUE", _("Due")
    CLAIMED = "CLAIMED", _("On its way")
    SENT = "SENT", _("Accepted")
    FAILED = "FAILED", _("Failed")
    STOPPED = "STOPPED", _("Stopped")
    SUPERSEDED = "SUPERSEDED", _("Overtaken by newer news")


class HookKind(models.TextChoices):
    """Event type. The values are part of every message and never change."""

    INCIDENT_CHANGED = "incident.changed", _("An incident changed")
    ALERT_PUBLISHED = "alert.published", _("An alert was published")
    ALERT_STOPPED = "alert.stopped", _("An alert was stopped")
    TEST = "test", _("Test")


class OffReason(models.TextChoices):
    """Why webhooks to a partner are off."""

    BY_STEWARD = "BY_STEWARD", _("Turned off here")
    GONE = "GONE", _("Their server says that the address is no more")
    FAILING = "FAILING", _("Their server has failed for days")
