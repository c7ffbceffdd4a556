"""Writes of the people stage: accounts, roles, courses, invitations, sessions, network settings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError

from corredor.kit import ids

from .enums import Role
from .errors import DrillPerson, LastSteward, NameTaken, UnknownPerson, WeakPassword, WrongTraining
from .models import Invite, Network, RoleGrant, StaffSession, Training, User
from .queries import digest_token

INVITE_LASTS = timedelta(days=3)
_TOUCHED_EVERY = timedelta(minutes=1)


def get_user(*, user_id: int) -> User:
    """Return the account, locked until the transaction ends. Raise UnknownPerson, DrillPerson."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise UnknownPerson
    if user.is_drill:
        raise DrillPerson
    return user


def make_user(*, username: str, alias: str, password: str, language: str, now: datetime) -> User:
    """Create an account of a real person. Raise NameTaken, WeakPassword."""
    username = User.normalize_username(username.strip())
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken
    user = User(username=username, alias=alias.strip() or username, language=language, made_at=now)
    _set_password(user, password)
    user.save(force_insert=True)
    return user


def change_password(*, user: User, password: str) -> None:
    """Raise WeakPassword."""
    _set_password(user, password)
    user.save(update_fields=["password"])


def disable_password(*, user: User) -> None:
    """Remove the password: until a new one is set through a link, password sign-in is impossible."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


def change_alias(*, user: User, alias: str) -> None:
    """Set the display name."""
    User.objects.filter(pk=user.pk).update(alias=alias.strip()[:40] or user.username)


def change_area(*, user_id: int, area: str) -> None:
    """Set the area a person knows, which ranks its places first. An area code of the city pack, or empty."""
    User.objects.filter(pk=user_id).update(area=area[:40])


def change_language(*, user_id: int, language: str) -> None:
    """Set the interface language."""
    User.objects.filter(pk=user_id).update(language=language)


def open_account(*, user: User, is_open: bool) -> None:
    """Close or reopen an account; roles stay. Raise LastSteward."""
    if not is_open:
        _refuse_last_steward(user)
    User.objects.filter(pk=user.pk).update(is_active=is_open)


def grant_role(*, user: User, role: str, by_id: int | None, now: datetime) -> bool:
    """Grant a role. Return False if already held. Raise DrillPerson."""
    if user.is_drill:
        raise DrillPerson
    _, is_new = RoleGrant.objects.get_or_create(
        user=user, role=Role(role), revoked_at=None, defaults={"granted_by_id": by_id, "granted_at": now}
    )
    return is_new


def revoke_role(*, user: User, role: str, now: datetime) -> bool:
    """Revoke a role. Return False if not held. Raise LastSteward."""
    if role == Role.STEWARD:
        _refuse_last_steward(user)
    return bool(RoleGrant.objects.filter(user=user, role=role, revoked_at=None).update(revoked_at=now))


def record_training(
    *, user: User, course: str, passed_on: date, expires_on: date, by_id: int | None, today: date
) -> Training:
    """Record a passed course. Raise WrongTraining."""
    if passed_on > today or expires_on <= passed_on:
        raise WrongTraining
    return Training.objects.create(
        user=user, course=course, passed_on=passed_on, expires_on=expires_on, recorded_by_id=by_id
    )


def make_invite(
    *,
    roles: list[str],
    by_id: int,
    now: datetime,
    for_user: User | None = None,
    lasts: timedelta = INVITE_LASTS,
) -> tuple[Invite, str]:
    """Create a one-use link. Return its row and the token, which is shown once and never stored."""
    token = ids.new_token()
    invite = Invite.objects.create(
        token_digest=digest_token(token),
        roles=[Role(role).value for role in roles],
        for_user=for_user,
        made_by_id=by_id,
        made_at=now,
        expires_at=now + lasts,
    )
    return invite, token


def use_invite(*, invite: Invite, user: User, now: datetime) -> bool:
    """Mark a link as used. Return False if it was used already or has expired."""
    usable = Invite.objects.filter(pk=invite.pk, used_at=None, expires_at__gt=now)
    return bool(usable.update(used_at=now, used_by=user))


def withdraw_invite(*, invite_id: int) -> bool:
    """Delete an unused link. Return False if there is none."""
    return bool(Invite.objects.filter(pk=invite_id, used_at=None).delete()[0])


def begin_session(*, user: User, session_key: str, device: str, now: datetime) -> StaffSession:
    """Record a browser that has just signed in. Raise DrillPerson."""
    if user.is_drill:
        raise DrillPerson
    StaffSession.objects.filter(session_key=session_key).delete()
    return StaffSession.objects.create(
        user=user, session_key=session_key, device=device[:60], begun_at=now, seen_at=now
    )


def touch_session(*, session: StaffSession, session_key: str, now: datetime) -> None:
    """Update last use (at most once a minute) and the session key."""
    if session.session_key != session_key:
        StaffSession.objects.filter(pk=session.pk).update(session_key=session_key, seen_at=now)
    elif session.seen_at < now - _TOUCHED_EVERY:
        StaffSession.objects.filter(pk=session.pk).update(seen_at=now)


def end_sessions(*, user_id: int, session_id: int | None = None, but_not: int | None = None) -> int:
    """Sign the person out of one browser, or of all (but one). Return the number of sessions ended."""
    sessions = StaffSession.objects.filter(user_id=user_id)
    if session_id is not None:
        sessions = sessions.filter(pk=session_id)
    if but_not is not None:
        sessions = sessions.exclude(pk=but_not)
    keys = list(sessions.values_list("session_key", flat=True))
    StaffSession.objects.filter(session_key__in=keys).delete()
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def forget_old_sessions(*, now: datetime, older_than: timedelta) -> int:
    """Delete expired sessions. Return their number."""
    Session.objects.filter(expire_date__lt=now).delete()
    return StaffSession.objects.filter(begun_at__lt=now - older_than).delete()[0]


def forget_old_invites(*, now: datetime) -> int:
    """Delete unused expired links. Return their number."""
    return Invite.objects.filter(used_at=None, expires_at__lte=now).delete()[0]


def change_network(**fields: Any) -> Network:
    """Update fields of the network's single row, creating it if missing."""
    network, _ = Network.objects.update_or_create(pk=1, defaults=fields)
    return network


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(error.messages) from error
    user.set_password(password)


def _refuse_last_steward(user: User) -> None:
    stewards = RoleGrant.objects.filter(role=Role.STEWARD, revoked_at=None, user__is_active=True)
    # locked, so that two stewards who revoke each other's role are serialised
    holders = {grant.user_id for grant in stewards.select_for_update()}
    if holders == {user.pk}:
        raise LastSteward
