"""Enumerations of the alerts stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlertKind(models.TextChoices):
    """Kind of an alert; selects its template."""

    CONFIRMED = "CONFIRMED", _("Confirmed")
    UPDATE = "UPDATE", _("Update")
    MOVED_HERE = "MOVED_HERE", _("Moved here")
    MOVED_AWAY = "MOVED_AWAY", _("Moved away")
    RETURNED = "RETURNED", _("Came back")
    HAZARD = "HAZARD", _("Tear gas or danger")
    ALL_CLEAR = "ALL_CLEAR", _("All clear")
    CORRECTION = "CORRECTION", _("Correction")
    DENIAL = "DENIAL", _("Rumour, not true")


# Sent to exactly the recipients of earlier messages of the incident; the other kinds go to the area.
TO_EARLIER_RECIPIENTS = frozenset({AlertKind.UPDATE, AlertKind.MOVED_AWAY, AlertKind.ALL_CLEAR, AlertKind.CORRECTION})

# Warnings must later be ended by an all-clear or taken back by a correction.
WARNINGS = (AlertKind.CONFIRMED, AlertKind.UPDATE, AlertKind.MOVED_HERE, AlertKind.RETURNED, AlertKind.HAZARD)
ENDINGS = (AlertKind.ALL_CLEAR, AlertKind.CORRECTION)

# Sent instead of earlier messages that are still queued.
SUPERSEDING = frozenset({AlertKind.ALL_CLEAR, AlertKind.CORRECTION, AlertKind.MOVED_AWAY})


class AlertState(models.TextChoices):
    """State of an alert: written by one person, approved by another; unusual ones need a third."""

    WAITING = "WAITING", _("Waiting for approval")
    HELD = "HELD", _("Frozen: a steward must look")
    APPROVED = "APPROVED", _("Approved")
    SENT_BACK = "SENT_BACK", _("Sent back to its writer")
    STOPPED = "STOPPED", _("Stopped")


class HoldReason(models.TextChoices):
    """Reason for holding an alert for review although two people agreed on it."""

    ALTERED = "ALTERED", _("Its text is not what its template and its facts give, or its signature does not hold")
    MANY_ALERTS = "MANY_ALERTS", _("More alerts went out in the last hour than this network ever sends")
    ONE_ACCOUNT = "ONE_ACCOUNT", _("One account approved many alerts within minutes")
    AUDIENCE = "AUDIENCE", _("It would reach many times more people than alerts usually do")


class Advice(models.TextChoices):
    """Advice sentences, reviewed in every language."""

    STAY_AWAY = "STAY_AWAY", _("Stay away if you can")
    STAY_INSIDE = "STAY_INSIDE", _("Stay inside, doors shut")
    KEEP_WINDOWS_SHUT = "KEEP_WINDOWS_SHUT", _("Windows shut, air conditioning off")
    GO_ANOTHER_WAY = "GO_ANOTHER_WAY", _("Take another way")
    KNOW_RIGHTS = "KNOW_RIGHTS", _("You may stay silent; ask for a judge's warrant")
    NOTHING = "NOTHING", _("Nothing to do")
