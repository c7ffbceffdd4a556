"""Enumerations of the people stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class AddressKind(models.TextChoices):
    """Kind of address."""

    PHONE = "PHONE", _("Phone number")
    EMAIL = "EMAIL", _("E-mail address")
    PUSH = "PUSH", _("This phone or computer")
    # The same number may take calls but no SMS, or be on Signal only: each kind is an address of its own.
    VOICE = "VOICE", _("Phone number for calls")
    SIGNAL = "SIGNAL", _("Phone number on Signal")
    TELEGRAM = "TELEGRAM", _("Telegram chat")
    MATRIX = "MATRIX", _("Matrix name")
    NTFY = "NTFY", _("ntfy topic")
    DRILL = "DRILL", _("Drill recipient")
