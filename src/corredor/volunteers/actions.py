"""Writes of the volunteers stage: applications, acceptance, leaving, and personal links."""

from __future__ import annotations

from datetime import datetime

from corredor.incidents.timeline import record
from corredor.kit import ids
from corredor.people.models import Address, User
from corredor.people.queries import digest_token

from .group import Group
from .models import Member, Volunteer


def apply_to_group(
    *,
    group: Group,
    alias: str,
    language: str,
    address: Address | None,
    near_cell: int | None,
    is_drill: bool,
    now: datetime,
) -> tuple[Member, str]:
    """Record the application of a new volunteer. Return their membership and the token of their personal link."""
    token = ids.new_token()
    volunteer = Volunteer.objects.create(
        alias=" ".join(alias.split())[:40],
        language=language,
        address=address,
        link_digest=digest_token(token),
        near_cell=near_cell,
        asked_at=now,
        is_drill=is_drill,
    )
    member = Member.objects.create(volunteer=volunteer, group_kind=group.kind, group_id=group.id, asked_at=now)
    _record("volunteer.asked", member, now=now)
    return member, token


def accept_member(*, member: Member, vest: int | None, by: User, now: datetime) -> None:
    """Accept an application."""
    Member.objects.filter(pk=member.pk).update(accepted_by=by, accepted_at=now, vest=vest)
    member.accepted_by, member.accepted_at, member.vest = by, now, vest
    _record("volunteer.accepted", member, by=by, now=now)


def end_membership(*, member: Member, by: User | None, now: datetime) -> int | None:
    """End a membership; after the last one, erase the volunteer's personal data.

    Return the id of the address that was theirs if it was erased from their row. ``by`` None: by themselves.
    """
    Member.objects.filter(pk=member.pk).update(left_at=now)
    _record("volunteer.left", member, by=by, now=now)
    if Member.objects.filter(volunteer_id=member.volunteer_id, left_at=None).exists():
        return None
    address_id: int | None = member.volunteer.address_id
    Volunteer.objects.filter(pk=member.volunteer_id).update(
        left_at=now, alias="", address=None, near_cell=None, link_digest=digest_token(ids.new_token())
    )
    return address_id


def renew_link(*, volunteer: Volunteer) -> str:
    """Replace the token of a personal link and return it; the previous link is invalid from now on."""
    token = ids.new_token()
    Volunteer.objects.filter(pk=volunteer.pk).update(link_digest=digest_token(token))
    return token


def _record(kind: str, member: Member, *, by: User | None = None, now: datetime) -> None:
    actor_id = by.pk if by else None
    group = {member.group_kind.lower(): member.group_id}
    record(kind=kind, now=now, actor_id=actor_id, volunteer=member.volunteer_id, **group)
