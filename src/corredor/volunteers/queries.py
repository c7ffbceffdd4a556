"""Reads of the volunteers stage."""

from __future__ import annotations

from django.db.models import Count, F, QuerySet

from corredor.people.queries import digest_token

from .enums import GroupKind
from .group import Group
from .models import Member


def list_members(*, group: Group) -> QuerySet[Member]:
    """Return accepted members of a group, by vest number, then alias."""
    rows = Member.objects.in_group(group).accepted().select_related("volunteer__address")
    return rows.order_by("vest", "volunteer__alias", "pk")


def count_members(*, kind: GroupKind) -> dict[int, int]:
    """Return the number of accepted members by group id."""
    rows = Member.objects.accepted().filter(group_kind=kind).order_by().values_list("group_id")
    return dict(rows.annotate(n=Count("pk")))


def list_applications(*, group: Group) -> QuerySet[Member]:
    """Return the people who applied to a group and wait for an answer, oldest first."""
    rows = Member.objects.in_group(group).waiting().select_related("volunteer__address")
    return rows.order_by("asked_at", "pk")


def find_by_link(*, token: str, kind: GroupKind) -> Member | None:
    """Return the membership that a volunteer's personal link opens, an accepted one before an application."""
    rows = Member.objects.filter(volunteer__link_digest=digest_token(token), group_kind=kind, left_at=None)
    return rows.select_related("volunteer__address").order_by(F("accepted_at").asc(nulls_last=True), "pk").first()


def find_by_address(*, address_id: int, kind: GroupKind) -> list[Member]:
    """Return accepted memberships of volunteers with this address, oldest first; there can be several."""
    rows = Member.objects.accepted().filter(volunteer__address_id=address_id, group_kind=kind)
    return list(rows.select_related("volunteer__address").order_by("pk"))


def find_for_update(*, member_id: int, kind: GroupKind) -> Member | None:
    """Return a membership that has not ended, locked until the transaction ends (SQLite locks the whole database)."""
    rows = Member.objects.select_for_update(of=("self",)).filter(pk=member_id, group_kind=kind, left_at=None)
    return rows.select_related("volunteer__address").first()
