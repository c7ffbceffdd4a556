"""A school's page: its gate, leads, bells, guardians' codes, and its children as numbers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from corredor.corridors.enums import AgeGroup, Weekday
from corredor.people.models import Address
from corredor.volunteers.enums import GroupKind
from corredor.volunteers.group import Group

USER = settings.AUTH_USER_MODEL


class School(models.Model):
    """A school of the city pack that has a page. Its position is the gate through which children leave."""

    key = models.CharField(max_length=40)  # as in the pack, such as "school:609791"
    slug = models.CharField(max_length=12, unique=True)
    city = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    area_code = models.CharField(max_length=40, blank=True)
    area_names = models.JSONField(default=dict)
    lat = models.FloatField()
    lon = models.FloatField()
    wants_codes = models.BooleanField(default=False)  # guardians show a code at the hand-off
    bells_checked_on = models.DateField(null=True)  # when a person last confirmed the bells
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
    """A lead of a school, from ``since`` until ``until``; a school can have several at a time."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="leads")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="leads_at")
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+")  # to lead by SMS
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "corridors_lead"
        constraints = [
            models.UniqueConstraint(fields=["school", "user"], condition=Q(until=None), name="a_lead_once_per_school")
        ]


class Bell(models.Model):
    """Time of the last bell on a weekday."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="bells")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    at = models.TimeField()

    class Meta:
        db_table = "corridors_bell"
        constraints = [models.UniqueConstraint(fields=["school", "weekday"], name="one_bell_per_weekday")]


class SpecialDay(models.Model):
    """A half day with its own bell, or (``at`` None) a day off."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="special_days")
    on = models.DateField()
    at = models.TimeField(null=True)

    class Meta:
        db_table = "corridors_special_day"
        constraints = [models.UniqueConstraint(fields=["school", "on"], name="a_special_day_once")]


class ChildrenInCell(models.Model):
    """Number of the school's children in one H3 cell of a few hundred households. Never an address."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="children")
    cell = models.BigIntegerField()
    children = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "corridors_children_in_cell"
        constraints = [models.UniqueConstraint(fields=["school", "cell"], name="one_count_per_cell")]


class ChildrenOfAge(models.Model):
    """Number of children of one age group who walk, and how many of them one adult walks with."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="ages")
    group = models.CharField(max_length=4, choices=AgeGroup.choices)
    children = models.PositiveSmallIntegerField()
    per_adult = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=80, blank=True)  # source of per_adult; empty for the default

    class Meta:
        db_table = "corridors_children_of_age"
        constraints = [
            models.UniqueConstraint(fields=["school", "group"], name="one_count_per_age_group"),
            models.CheckConstraint(condition=Q(per_adult__gte=1, per_adult__lte=30), name="an_adult_walks_with_some"),
        ]


class Outline(models.Model):
    """The area that a school's children come from, as drawn by a lead: corners only, no address and no name."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="outline")
    rings = models.JSONField()  # closed lines of [lat, lon] corners, checked by engines/outline
    drawn_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        db_table = "corridors_outline"


class GuardianCode(models.Model):
    """A code held by a guardian: only its keyed digest, without a reference to a child."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "corridors_guardian_code"
