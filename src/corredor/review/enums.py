"""Enumerations of the review stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pinning(models.TextChoices):
    """How a drill's desk chose a report's pin."""

    SUGGESTED = "SUGGESTED", _("First suggestion taken")
    ANSWERED = "ANSWERED", _("Suggestion after the sender answered")
    NONE = "NONE", _("No suggestion that could be taken")


class Joining(models.TextChoices):
    """How a drill's report joined its incident."""

    OPENED = "OPENED", _("Opened it")
    SUGGESTION = "SUGGESTION", _("Suggested by the system")
    HAND = "HAND", _("Chosen by hand from the map")
