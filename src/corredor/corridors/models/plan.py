"""Plans of a school's corridors, by version, with their posts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .school import School

USER = settings.AUTH_USER_MODEL


class Plan(models.Model):
    """One version of a school's corridors as planned; immutable, replaced by newer versions."""

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
    """A corner where an adult stands, in sight of the next post."""

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
