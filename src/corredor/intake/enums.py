"""Enumerations of the intake stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Channel through which a report came."""

    WEB = "WEB", _("Web form")
    SMS = "SMS", _("Text message")
    PHONE = "PHONE", _("Phone call")
    PARTNER = "PARTNER", _("Partner network")


class ReportState(models.TextChoices):
    """State of a report at the desk."""

    NEW = "NEW", _("New")
    HELD = "HELD", _("Held back")  # part of a suspected flood; never deleted
    JOINED = "JOINED", _("Joined to an incident")
    SET_ASIDE = "SET_ASIDE", _("Set aside")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn by its sender")


class NoteKind(models.TextChoices):
    """Kind of a note added after the report."""

    ADDED = "ADDED", _("Added")
    ASKED = "ASKED", _("Asked")
    ANSWERED = "ANSWERED", _("Answered")
    WITHDREW = "WITHDREW", _("Withdrew")
    OUTCOME = "OUTCOME", _("Outcome")
