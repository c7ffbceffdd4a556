"""Members at posts: assignments by weekday, attendance by dismissal."""

from __future__ import annotations

from django.db import models

from corredor.corridors.enums import Weekday
from corredor.volunteers.models import Member

from .dismissal import Dismissal
from .plan import Post


class Assignment(models.Model):
    """One member at one post on one weekday; proposed until ``agreed_at``."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="assignments")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="assignments")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "corridors_assignment"
        constraints = [models.UniqueConstraint(fields=["member", "weekday"], name="one_post_per_member_and_weekday")]


class Attendance(models.Model):
    """One member at one post at one dismissal: when they arrived, were ready, and left."""

    dismissal = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="attendances")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="attendances")
    arrived_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "corridors_attendance"
        constraints = [
            models.UniqueConstraint(fields=["dismissal", "member"], name="one_post_per_member_and_dismissal")
        ]
