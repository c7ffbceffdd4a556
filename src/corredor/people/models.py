"""Accounts under an alias, roles, training, and encrypted addresses."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from corredor.kit.languages import SOURCE

from .enums import Course, Role


class UserManager(BaseUserManager["User"]):
    """Creates staff accounts, the only kind."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A staff member or volunteer, known by an alias. No e-mail, no legal name, no address."""

    username = models.CharField(max_length=40, unique=True)
    alias = models.CharField(max_length=40)
    language = models.CharField(max_length=5, default=SOURCE)
    area = models.CharField(max_length=40, blank=True)  # area code of the pack; ranks its places first
    is_active = models.BooleanField(default=True)
    is_drill = models.BooleanField(default=False)  # drills only, can never sign in
    made_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        db_table = "people_user"
        constraints = [
            # Django stores unusable passwords with a leading "!"
            models.CheckConstraint(
                condition=Q(is_drill=False) | Q(password__startswith="!"),  # noqa: S106 -- no password at all
                name="drill_people_have_no_password",
            )
        ]

    def __str__(self) -> str:
        return self.alias


class RoleGrant(models.Model):
    """One role of one person, until revoked."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_role_grant"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(revoked_at=None), name="one_current_grant_per_role"
            )
        ]


class Training(models.Model):
    """A passed course and its expiry."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="trainings")
    course = models.CharField(max_length=20, choices=Course.choices)
    passed_on = models.DateField()
    expires_on = models.DateField()
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "people_training"
        indexes = [models.Index(fields=["user", "course", "expires_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(expires_on__gt=models.F("passed_on")), name="training_expires_later")
        ]


class Invite(models.Model):
    """A one-use link to create an account or recover one; only its digest is stored."""

    token_digest = models.CharField(max_length=64, unique=True)
    roles = models.JSONField(default=list)
    # set for account recovery
    for_user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_invite"


class StaffSession(models.Model):
    """A signed-in browser, described for its owner. No IP address. Deleted when the session ends."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=60)  # such as "Firefox on Android"
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "people_staff_session"


class Address(models.Model):
    """A phone number, e-mail address or push subscription, encrypted with a key outside the database.

    Only ``address_book`` reads and writes these. ``lookup`` is a keyed digest that finds an address without decrypting.
    """

    kind = models.CharField(max_length=16)
    sealed = models.BinaryField()
    lookup = models.BinaryField(max_length=16)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # a reporter's call-back number expires
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "people_address"
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="addresses_on_a_clock"),
            models.Index(fields=["id"], condition=Q(is_drill=True), name="addresses_of_drills"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "lookup", "is_drill"], name="one_row_per_address"),
            models.CheckConstraint(
                condition=Q(kind="DRILL", is_drill=True) | (~Q(kind="DRILL") & Q(is_drill=False)),
                name="drill_addresses_apart",
            ),
        ]


class Network(models.Model):
    """Settings of the organisation that runs this server, in a single row (pk 1) edited by stewards."""

    name = models.CharField(max_length=60, default="Corredor")
    city = models.CharField(max_length=40, default="chicago")
    hotline = models.CharField(max_length=30, blank=True)  # as displayed
    sms_number = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=40, default="America/Chicago")
    alert_radius_m = models.PositiveIntegerField(default=800)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "people_network"
