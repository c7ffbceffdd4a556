"""Enumerations of the people stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from corredor.channels.catalogue import list_channels


class Role(models.TextChoices):
    """Role of a staff member or volunteer."""

    OPERATOR = "OPERATOR", _("Operator")
    VERIFIER = "VERIFIER", _("Verifier")
    APPROVER = "APPROVER", _("Approver")
    DISPATCHER = "DISPATCHER", _("Dispatcher")
    SCHOOL_LEAD = "SCHOOL_LEAD", _("School lead")
    AID = "AID", _("Aid coordinator")
    FAMILY_SUPPORT = "FAMILY_SUPPORT", _("Family support")
    LAWYER = "LAWYER", _("Lawyer")
    STEWARD = "STEWARD", _("Steward")


class Course(models.TextChoices):
    """Training required by a role; when it expires the role is suspended."""

    HOTLINE = "HOTLINE", _("Hotline")
    VERIFICATION = "VERIFICATION", _("Verification")
    ALERTING = "ALERTING", _("Alerting")
    DISPATCH = "DISPATCH", _("Dispatch")
    SCHOOL_LEAD = "SCHOOL_LEAD", _("School lead")
    AID = "AID", _("Aid")
    FAMILY_SUPPORT = "FAMILY_SUPPORT", _("Family support")
    STEWARDSHIP = "STEWARDSHIP", _("Stewardship")


# A lawyer needs no course of ours.
COURSE_FOR_ROLE: dict[str, str] = {
    Role.OPERATOR: Course.HOTLINE,
    Role.VERIFIER: Course.VERIFICATION,
    Role.APPROVER: Course.ALERTING,
    Role.DISPATCHER: Course.DISPATCH,
    Role.SCHOOL_LEAD: Course.SCHOOL_LEAD,
    Role.AID: Course.AID,
    Role.FAMILY_SUPPORT: Course.FAMILY_SUPPORT,
    Role.STEWARD: Course.STEWARDSHIP,
}


if TYPE_CHECKING:

    class AddressKind(models.TextChoices):
        """By which kind of address a person can be reached; members that the program names."""

        PHONE = "PHONE"
        EMAIL = "EMAIL"
        PUSH = "PUSH"
        VOICE = "VOICE"
        TELEGRAM = "TELEGRAM"
        DRILL = "DRILL"

else:
    # The same number may take calls and no texts, or be known to Signal alone: each channel has addresses of its own.
    AddressKind = models.TextChoices(
        "AddressKind", [(spec.address.kind, (spec.address.kind, _(spec.address.label))) for spec in list_channels()]
    )
