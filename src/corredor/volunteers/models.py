"""Volunteers, and their membership in groups. A school is a group."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from corredor.people.models import Address

from .enums import GroupKind
from .group import Group

USER = settings.AUTH_USER_MODEL


class Volunteer(models.Model):
    """An adult who helps: an alias and a way to be reached. No account, no legal name, no home address."""

    alias = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+")
    link_digest = models.CharField(max_length=64, unique=True)  # of the token in the link to their own page
    near_cell = models.BigIntegerField(null=True)  # where they prefer to help, as a coarse H3 cell
    asked_at = models.DateTimeField()  # when they first offered to help
    left_at = models.DateTimeField(null=True)  # when they left their last group; personal data is erased then
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "volunteers_volunteer"


class MemberQuerySet(models.QuerySet["Member"]):
    """Filters by group and by state."""

    def in_group(self, group: Group) -> MemberQuerySet:
        """Memberships in one group."""
        return self.filter(group_kind=group.kind, group_id=group.id)

    def accepted(self) -> MemberQuerySet:
        """Accepted and not ended."""
        return self.filter(accepted_at__isnull=False, left_at=None)

    def waiting(self) -> MemberQuerySet:
        """Applications without an answer."""
        return self.filter(accepted_at=None, left_at=None)


class Member(models.Model):
    """A volunteer in one group: applied, accepted, left. A volunteer can be in several groups."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="memberships")
    group_kind = models.CharField(max_length=10, choices=GroupKind.choices)
    group_id = models.BigIntegerField()
    vest = models.PositiveSmallIntegerField(null=True)  # number of the vest they wear for this group
    asked_at = models.DateTimeField()
    accepted_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "volunteers_member"
        indexes = [models.Index(fields=["group_kind", "group_id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(accepted_by__isnull=False), name="a_person_accepts_a_member"
            ),
            models.UniqueConstraint(
                fields=["volunteer", "group_kind", "group_id"],
                condition=Q(left_at=None),
                name="one_membership_per_group",
            ),
        ]

    @property
    def group(self) -> Group:
        """The group that this membership is in."""
        return Group(GroupKind(self.group_kind), self.group_id)

    @property
    def is_accepted(self) -> bool:
        """Whether the volunteer was accepted and has not left."""
        return self.accepted_at is not None and self.left_at is None
