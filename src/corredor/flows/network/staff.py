"""Staff: invitations, roles, training, accounts and sessions.

Writes people and the timeline. Called by the sign-in and steward pages and by `corredor init`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from corredor.incidents.timeline import record
from corredor.people import actions, queries
from corredor.people.errors import (
    DrillPerson,
    LastSteward,
    NameTaken,
    UnknownPerson,
    WeakPassword,
    WrongInvite,
    WrongTraining,
)
from corredor.people.models import StaffSession, User
from corredor.people.queries import require_steward
from corredor.people.second_factor import forget_factors

__all__ = [
    "DrillPerson",
    "InviteView",
    "Invited",
    "LastSteward",
    "NameTaken",
    "UnknownPerson",
    "WeakPassword",
    "WrongInvite",
    "WrongTraining",
    "accept_invite",
    "begin_session",
    "close_account",
    "end_all_sessions",
    "end_session",
    "grant_role",
    "invite_person",
    "open_account",
    "record_training",
    "revoke_role",
    "set_alias",
    "set_language",
    "show_invite",
    "start_account_recovery",
    "withdraw_invite",
]


@dataclass(frozen=True, slots=True)
class Invited:
    """A one-use link; its token is not stored."""

    invite_id: int
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InviteView:
    """Content of an invitation page. ``username`` is set for account recovery."""

    roles: tuple[str, ...]
    username: str
    expires_at: datetime


@transaction.atomic
def invite_person(*, roles: list[str], by: User, now: datetime) -> Invited:
    """Create a link with which one new person makes an account with ``roles``."""
    require_steward(by, now=now)
    invite, token = actions.make_invite(roles=roles, by_id=by.pk, now=now)
    record(kind="staff.invited", now=now, actor_id=by.pk, invite=invite.pk, roles=invite.roles)
    return Invited(invite.pk, token, invite.expires_at)


@transaction.atomic
def start_account_recovery(*, user_id: int, by: User, now: datetime) -> Invited:
    """Account recovery for a lost phone or password: end all sessions, remove password and second factor, and create a
    link to set new ones.
    """
    require_steward(by, now=now)
    user = actions.get_user(user_id=user_id)
    actions.end_sessions(user_id=user.pk)
    actions.disable_password(user=user)
    forget_factors(user)
    invite, token = actions.make_invite(roles=[], by_id=by.pk, for_user=user, now=now)
    record(kind="staff.way_back_given", now=now, actor_id=by.pk, user=user.pk)
    return Invited(invite.pk, token, invite.expires_at)


@transaction.atomic
def withdraw_invite(*, invite_id: int, by: User, now: datetime) -> None:
    """Delete an unused link."""
    require_steward(by, now=now)
    if actions.withdraw_invite(invite_id=invite_id):
        record(kind="staff.invite_withdrawn", now=now, actor_id=by.pk, invite=invite_id)


def show_invite(*, token: str, now: datetime) -> InviteView:
    """Return what the link is for. Raise WrongInvite."""
    invite = queries.find_invite(token=token, now=now)
    if invite is None:
        raise WrongInvite
    username = invite.for_user.username if invite.for_user else ""
    return InviteView(tuple(invite.roles), username, invite.expires_at)


@transaction.atomic
def accept_invite(
    *, token: str, username: str = "", alias: str = "", password: str, language: str, now: datetime
) -> User:
    """Create the account, or set a new password for the link's account.

    Raise WrongInvite, NameTaken, WeakPassword. Of two people with one link the first gets it.
    """
    invite = queries.find_invite(token=token, now=now)
    if invite is None or (invite.for_user and not invite.for_user.is_active):
        raise WrongInvite
    if invite.for_user:
        user = invite.for_user
        actions.change_password(user=user, password=password)
    else:
        user = actions.make_user(username=username, alias=alias, password=password, language=language, now=now)
    if not actions.use_invite(invite=invite, user=user, now=now):
        raise WrongInvite
    record(kind="staff.invite_accepted", now=now, actor_id=user.pk, invite=invite.pk)
    for role in invite.roles:
        actions.grant_role(user=user, role=role, by_id=invite.made_by_id, now=now)
        record(kind="staff.role_granted", now=now, actor_id=invite.made_by_id, user=user.pk, role=role)
    return user


@transaction.atomic
def grant_role(*, user_id: int, role: str, by: User, now: datetime) -> None:
    """Grant a role; it is effective once its course is recorded."""
    require_steward(by, now=now)
    user = actions.get_user(user_id=user_id)
    if actions.grant_role(user=user, role=role, by_id=by.pk, now=now):
        record(kind="staff.role_granted", now=now, actor_id=by.pk, user=user.pk, role=role)


@transaction.atomic
def revoke_role(*, user_id: int, role: str, by: User, now: datetime) -> None:
    """Revoke a role immediately. Raise LastSteward."""
    require_steward(by, now=now)
    user = actions.get_user(user_id=user_id)
    if actions.revoke_role(user=user, role=role, now=now):
        record(kind="staff.role_revoked", now=now, actor_id=by.pk, user=user.pk, role=role)


@transaction.atomic
def record_training(*, user_id: int, course: str, passed_on: date, expires_on: date, by: User, now: datetime) -> None:
    """Record a passed course. Raise WrongTraining."""
    require_steward(by, now=now)
    user = actions.get_user(user_id=user_id)
    actions.record_training(
        user=user,
        course=course,
        passed_on=passed_on,
        expires_on=expires_on,
        by_id=by.pk,
        today=queries.local_today(now),
    )
    until = expires_on.isoformat()
    record(kind="staff.training_recorded", now=now, actor_id=by.pk, user=user.pk, course=course, until=until)


@transaction.atomic
def close_account(*, user_id: int, by: User, now: datetime) -> None:
    """Close an account and end its sessions. Raise LastSteward."""
    require_steward(by, now=now)
    user = actions.get_user(user_id=user_id)
    actions.open_account(user=user, is_open=False)
    actions.end_sessions(user_id=user.pk)
    record(kind="staff.account_closed", now=now, actor_id=by.pk, user=user.pk)


@transaction.atomic
def open_account(*, user_id: int, by: User, now: datetime) -> None:
    """Reopen a closed account, with the roles it had."""
    require_steward(by, now=now)
    user = actions.get_user(user_id=user_id)
    actions.open_account(user=user, is_open=True)
    record(kind="staff.account_opened", now=now, actor_id=by.pk, user=user.pk)


@transaction.atomic
def begin_session(*, user_id: int, session_key: str, device: str, now: datetime) -> StaffSession:
    """Record a browser that has just signed in. Raise DrillPerson, UnknownPerson."""
    user = actions.get_user(user_id=user_id)
    return actions.begin_session(user=user, session_key=session_key, device=device, now=now)


@transaction.atomic
def end_session(*, session_id: int, by: User, now: datetime) -> None:
    """End one's own session in one browser."""
    if actions.end_sessions(user_id=by.pk, session_id=session_id):
        record(kind="staff.session_ended", now=now, actor_id=by.pk, user=by.pk)


@transaction.atomic
def end_all_sessions(*, user_id: int, by: User, but_not: int | None = None, now: datetime) -> None:
    """End all sessions (but one) of oneself, or as a steward of somebody else."""
    if user_id != by.pk:
        require_steward(by, now=now)
    if actions.end_sessions(user_id=user_id, but_not=but_not):
        record(kind="staff.session_ended", now=now, actor_id=by.pk, user=user_id)


def set_language(*, user: User, language: str) -> None:
    """Set the interface language."""
    actions.change_language(user_id=user.pk, language=language)


def set_area(*, user: User, area: str) -> None:
    """Set the area this person knows best, which ranks its places first at the desk."""
    actions.change_area(user_id=user.pk, area=area)


@transaction.atomic
def set_alias(*, user: User, alias: str, now: datetime) -> None:
    """Set the display name."""
    if alias == user.alias:
        return
    actions.change_alias(user=user, alias=alias)
    record(kind="staff.alias_changed", now=now, actor_id=user.pk, user=user.pk)
