"""Enumerations of the delivery stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SendState(models.TextChoices):
    """State of one message to one address. The row is the only record of it."""

    DUE = "DUE", _("Waiting")
    CLAIMED = "CLAIMED", _("Being sent")
    SENT = "SENT", _("Accepted by the provider")
    DISCARDED = "DISCARDED", _("Channel is off")
    FAILED = "FAILED", _("Failed")
    INVALID_ADDRESS = "INVALID_ADDRESS", _("Address no longer exists")
    SUPERSEDED = "SUPERSEDED", _("Overtaken by a newer message")
    STOPPED = "STOPPED", _("Stopped by the network")
    EXPIRED = "EXPIRED", _("Too old to be of use")
    WAITING = "WAITING", _("Held: only if the push does not arrive")
    SPARED = "SPARED", _("Not needed: the push arrived")


class ReceiptState(models.TextChoices):
    """Delivery receipt of an accepted message. Ranks only rise, whatever the order of arrival."""

    NONE = "", _("No news yet")
    ON_ITS_WAY = "ON_ITS_WAY", _("On its way")
    UNDELIVERED = "UNDELIVERED", _("Did not arrive")
    DELIVERED = "DELIVERED", _("Arrived")


class TransactionalKind(models.TextChoices):
    """Kinds of transactional message (messages to one person that are no alert)."""

    CONFIRM = "CONFIRM", _("Say yes to a subscription")
    WELCOME = "WELCOME", _("Subscription confirmed")
    LEFT = "LEFT", _("Subscription erased")
    HELP = "HELP", _("How to use this number")
    RECEIPT = "RECEIPT", _("Report received")
    QUESTION = "QUESTION", _("A question from the desk")
    OUTCOME = "OUTCOME", _("What became of your report")
    STATUS = "STATUS", _("What is confirmed now")
    POST = "POST", _("For those who stand at a school's posts")
    SCHOOL = "SCHOOL", _("For parents who follow a school")
