"""One dismissal of a school: its state, counts, codes shown, alarms and proposals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from corredor.corridors.enums import AlarmKind, CountAt, DismissalState, ProposalKind, ProposalState
from corredor.incidents.models import Hazard, Incident
from corredor.volunteers.models import Member

from .plan import Plan, Post
from .school import GuardianCode, School

USER = settings.AUTH_USER_MODEL


class Dismissal(models.Model):
    """One school day's way home.

    ``version`` increases with each change (optimistic lock): of two leads at once, the second gets an error.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="dismissals")
    plan = models.ForeignKey(Plan, on_delete=models.RESTRICT, related_name="dismissals")
    on = models.DateField()
    bell_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DismissalState.choices, default=DismissalState.PLANNED)
    version = models.PositiveIntegerField(default=0)
    way = models.JSONField(null=True)  # corridors used instead of the plan's while diverted
    moves = models.JSONField(default=list)  # posts that stand elsewhere while diverted
    opened_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "corridors_dismissal"
        indexes = [models.Index(fields=["is_drill", "state"])]
        constraints = [models.UniqueConstraint(fields=["school", "on"], name="one_dismissal_per_day")]


class Count(models.Model):
    """Number of children counted. Entries add up; a wrong one is corrected by a negative one."""

    dismissal = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="counts")
    at = models.CharField(max_length=4, choices=CountAt.choices)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="counts")
    children = models.SmallIntegerField()
    by_user = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    by_member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    counted_at = models.DateTimeField()
    reference = models.CharField(max_length=80, null=True)  # id of the SMS or form: idempotency key

    class Meta:
        db_table = "corridors_count"
        constraints = [models.UniqueConstraint(fields=["dismissal", "reference"], name="a_replayed_count_is_one")]


class CodeShown(models.Model):
    """A guardian's code that was shown and matched; once per dismissal."""

    dismissal = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="codes_shown")
    code = models.ForeignKey(GuardianCode, on_delete=models.CASCADE, related_name="shown")
    shown_at = models.DateTimeField()

    class Meta:
        db_table = "corridors_code_shown"
        constraints = [models.UniqueConstraint(fields=["dismissal", "code"], name="a_code_once_a_day")]


class Alarm(models.Model):
    """A discrepancy or a call for help that a person must settle; only numbers and posts."""

    dismissal = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=14, choices=AlarmKind.choices)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="+")
    expected = models.SmallIntegerField(null=True)
    counted = models.SmallIntegerField(null=True)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "corridors_alarm"
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(settled_by__isnull=False), name="a_person_settles_an_alarm"
            )
        ]


class Proposal(models.Model):
    """A change proposed by the planner because of an incident or a hazard; a person decides."""

    dismissal = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="proposals")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="+")
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=ProposalKind.choices)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.WAITING)
    reasons = models.JSONField()
    way = models.JSONField(null=True)  # the new corridors, as in Plan.data
    moves = models.JSONField(default=list)  # {post, lat, lon, labels}
    safe_place = models.JSONField(null=True)  # {name, lat, lon}
    minutes = models.PositiveSmallIntegerField(null=True)
    children = models.PositiveSmallIntegerField(null=True)  # who live near it and wait at school
    answers_to = models.CharField(max_length=60, blank=True)  # digest of its dangers: the same are proposed once
    made_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "corridors_proposal"
        constraints = [
            models.UniqueConstraint(fields=["dismissal"], condition=Q(state="WAITING"), name="one_proposal_at_a_time"),
            models.CheckConstraint(
                condition=~Q(state__in=["TAKEN", "DECLINED"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_person_decides_a_proposal",
            ),
        ]
