"""Schools, their bells, plans and posts, the people who help, each day with its counts, and what parents are told.

Children are numbers here: how many live in a coarse cell, how many passed. Nothing identifies one.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from corredor.incidents.models import Hazard, Incident
from corredor.people.models import Address
from corredor.subscriptions.models import Subscription
from corredor.volunteers.enums import GroupKind
from corredor.volunteers.group import Group
from corredor.volunteers.models import Member

from .enums import (
    AgeGroup,
    AlarmKind,
    CountAt,
    DismissalState,
    MessageKind,
    MessageState,
    ProposalKind,
    ProposalState,
    Weekday,
)

USER = settings.AUTH_USER_MODEL


class School(models.Model):
    """A school of the city pack that has a page here. Its place is the gate that children leave by."""

    key = models.CharField(max_length=40)  # as in the pack, such as "school:609791"
    slug = models.CharField(max_length=12, unique=True)
    city = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    area_code = models.CharField(max_length=40, blank=True)
    area_names = models.JSONField(default=dict)
    lat = models.FloatField()
    lon = models.FloatField()
    wants_codes = models.BooleanField(default=False)  # guardians hold a code and show it at the hand-off
    bells_checked_on = models.DateField(null=True)  # when a person last said that the bells are right
    is_drill = models.BooleanField(default=False)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "corridors_school"
        constraints = [models.UniqueConstraint(fields=["key", "is_drill"], name="a_school_once")]

    @property
    def group(self) -> Group:
        """The school as a group of volunteers."""
        return Group(GroupKind.SCHOOL, self.pk)


class Lead(models.Model):
    """Somebody who leads at a school, from when until when; a school may have more than one at a time."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="leads")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="leads_at")
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+")  # works by SMS too
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "corridors_lead"
        constraints = [
            models.UniqueConstraint(fields=["school", "user"], condition=Q(until=None), name="a_lead_once_per_school")
        ]


class Bell(models.Model):
    """When the last bell rings on a weekday."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="bells")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    at = models.TimeField()

    class Meta:
        db_table = "corridors_bell"
        constraints = [models.UniqueConstraint(fields=["school", "weekday"], name="one_bell_per_weekday")]


class SpecialDay(models.Model):
    """A half day with a bell of its own, or (without one) a day off."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="special_days")
    on = models.DateField()
    at = models.TimeField(null=True)

    class Meta:
        db_table = "corridors_special_day"
        constraints = [models.UniqueConstraint(fields=["school", "on"], name="a_special_day_once")]


class ChildrenInCell(models.Model):
    """How many children of the school live in one H3 cell of a few hundred households. Never an address."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="children")
    cell = models.BigIntegerField()
    children = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "corridors_children_in_cell"
        constraints = [models.UniqueConstraint(fields=["school", "cell"], name="one_count_per_cell")]


class Outline(models.Model):
    """The ground a school's children come from, as a lead drew it: corners only, no address and no name."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="outline")
    rings = models.JSONField()  # closed lines of [lat, lon] corners, checked by engines/outline
    drawn_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        db_table = "corridors_outline"


class ChildrenOfAge(models.Model):
    """How many children of one age group walk, and how many of them one adult walks with. Nobody is named."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="ages")
    group = models.CharField(max_length=4, choices=AgeGroup.choices)
    children = models.PositiveSmallIntegerField()
    per_adult = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=80, blank=True)  # whose rule per_adult is; empty for the default's own source

    class Meta:
        db_table = "corridors_children_of_age"
        constraints = [
            models.UniqueConstraint(fields=["school", "group"], name="one_count_per_age_group"),
            models.CheckConstraint(condition=Q(per_adult__gte=1, per_adult__lte=30), name="an_adult_walks_with_some"),
        ]


class Plan(models.Model):
    """One version of a school's corridors as the planner made it; never rewritten, only replaced."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="plans")
    number = models.PositiveSmallIntegerField()
    posts_asked = models.PositiveSmallIntegerField()
    data = models.JSONField()  # corridors, alternates, gaps, safe places and figures, see corridors/plan_geometry.py
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    chosen_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "corridors_plan"
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="plans_are_numbered"),
            models.UniqueConstraint(
                fields=["school"], condition=Q(chosen_at__isnull=False, retired_at=None), name="one_plan_in_use"
            ),
        ]


class Post(models.Model):
    """A corner where an adult stands, in sight of the next."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveSmallIntegerField()
    node = models.IntegerField()  # row of the pack's walking network
    lat = models.FloatField()
    lon = models.FloatField()
    kind = models.CharField(max_length=20, blank=True)
    labels = models.JSONField()
    sees = models.JSONField(default=list)  # numbers of posts in sight, 0 for the gate
    along = models.JSONField(null=True)  # between two crossings: [near node, far node, metres]
    before = models.PositiveSmallIntegerField(null=True)  # the post next nearer to the gate on its corridor

    class Meta:
        db_table = "corridors_post"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="posts_are_numbered")]


class Assignment(models.Model):
    """One volunteer at one post on one weekday; proposed until they have agreed."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="turns")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="turns")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "corridors_turn"
        constraints = [models.UniqueConstraint(fields=["member", "weekday"], name="one_post_per_person_and_day")]


class Dismissal(models.Model):
    """One dismissal. ``version`` rises with each change, so that of two leads at once the second is told."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="days")
    plan = models.ForeignKey(Plan, on_delete=models.RESTRICT, related_name="days")
    on = models.DateField()
    bell_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DismissalState.choices, default=DismissalState.PLANNED)
    version = models.PositiveIntegerField(default=0)
    way = models.JSONField(null=True)  # the corridors walked instead of the plan's, while diverted
    moves = models.JSONField(default=list)  # which post stands elsewhere meanwhile
    opened_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "corridors_day"
        indexes = [models.Index(fields=["is_drill", "state"])]
        constraints = [models.UniqueConstraint(fields=["school", "on"], name="one_dismissal_per_day")]


class Attendance(models.Model):
    """One volunteer at one post on one day, and when they came, were ready, and left."""

    day = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="standings")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="standings")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="standings")
    arrived_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "corridors_standing"
        constraints = [models.UniqueConstraint(fields=["day", "member"], name="nobody_stands_twice")]


class Count(models.Model):
    """How many children passed. Entries add up; a wrong one is put right by another, with a minus."""

    day = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="counts")
    at = models.CharField(max_length=4, choices=CountAt.choices)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="counts")
    children = models.SmallIntegerField()
    by_user = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    by_member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    counted_at = models.DateTimeField()
    reference = models.CharField(max_length=80, null=True)  # of the text message or form: the same is counted once

    class Meta:
        db_table = "corridors_count"
        constraints = [models.UniqueConstraint(fields=["day", "reference"], name="a_replayed_count_is_one")]


class GuardianCode(models.Model):
    """A code that a guardian holds: only its keyed digest, and no word of whose child it is for."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "corridors_guardian_code"


class CodeShown(models.Model):
    """A guardian's code was shown and fitted; once for each day."""

    day = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="codes_shown")
    code = models.ForeignKey(GuardianCode, on_delete=models.CASCADE, related_name="shown")
    shown_at = models.DateTimeField()

    class Meta:
        db_table = "corridors_code_shown"
        constraints = [models.UniqueConstraint(fields=["day", "code"], name="a_code_once_a_day")]


class Alarm(models.Model):
    """Something that a person must look at; numbers and posts only. A person settles it."""

    day = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="alarms")
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
    """What the planner proposes because of a confirmed incident or a danger; a person decides."""

    day = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="proposals")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="+")
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=ProposalKind.choices)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.WAITING)
    reasons = models.JSONField()
    way = models.JSONField(null=True)  # the new corridors, as in Plan.data
    moves = models.JSONField(default=list)  # {post, lat, lon, labels}
    safe_place = models.JSONField(null=True)  # {name, lat, lon}
    minutes = models.PositiveSmallIntegerField(null=True)
    children = models.PositiveSmallIntegerField(null=True)  # who live where it is, and wait at school
    answers_to = models.CharField(max_length=60, blank=True)  # the dangers it rests on: the same are not proposed twice
    made_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "corridors_proposal"
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=Q(state="WAITING"), name="one_proposal_at_a_time"),
            models.CheckConstraint(
                condition=~Q(state__in=["TAKEN", "DECLINED"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_person_decides_a_proposal",
            ),
        ]


class Message(models.Model):
    """One text to the parents who follow a school: asked for by one person, sent by another."""

    day = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="messages")
    proposal = models.ForeignKey(Proposal, on_delete=models.RESTRICT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    texts = models.JSONField()  # language to words, filled from fixed wording
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.WAITING)
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "corridors_message"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("written_by")),
                name="two_people_tell_parents",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="somebody_sent_it_to_parents",
            ),
        ]


class Following(models.Model):
    """A subscription that follows a school; it goes when the subscription is erased."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="followings")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "corridors_following"
        constraints = [models.UniqueConstraint(fields=["school", "subscription"], name="a_school_followed_once")]
