"""Enumerations of the volunteers stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GroupKind(models.TextChoices):
    """What a group of volunteers is; the stage of the same name holds its row."""

    SCHOOL = "SCHOOL", _("School")
