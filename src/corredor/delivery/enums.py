"""Fixed words of the delivery stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SendState(models.TextChoices):
    """Where one message to one address stands. The row is the truth; nothing else remembers."""

    DUE = "DUE", _("Waiting")
    CLAIMED = "CLAIMED", _("Being sent")
    SENT = "SENT", _("Accepted by the provider")
    SWALLOWED = "SWALLOWED", _("Channel is off")
    FAILED = "FAILED", _("Failed")
    GONE = "GONE", _("Address no longer exists")
    SUPERSEDED = "SUPERSEDED", _("Overtaken by a newer message")
    STOPPED = "STOPPED", _("Stopped by the network")
    EXPIRED = "EXPIRED", _("Too old to be of use")


class NoticeKind(models.TextChoices):
    """Messages to one person that are no alert."""

    CONFIRM = "CONFIRM", _("Say yes to a subscription")
    WELCOME = "WELCOME", _("Subscription confirmed")
    LEFT = "LEFT", _("Subscription erased")
    HELP = "HELP", _("How to use this number")
    RECEIPT = "RECEIPT", _("Report received")
    QUESTION = "QUESTION", _("A question from the desk")
    OUTCOME = "OUTCOME", _("What became of your report")
    STATUS = "STATUS", _("What is confirmed now")
