"""Access to the desk, and whether a screen shows the live incidents or a drill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from corredor.people.enums import Role
from corredor.people.models import Network, User
from corredor.people.queries import list_current_roles, local_today
from corredor.web.language import page_language

DESK_ROLES = frozenset({Role.OPERATOR, Role.VERIFIER, Role.APPROVER, Role.DISPATCHER, Role.STEWARD})


@dataclass(frozen=True, slots=True)
class Desk:
    """One request at the desk: user, roles, time, language."""

    user: User
    roles: frozenset[str]
    now: datetime
    language: str
    network: Network
    is_watching: bool = False  # drills are read-only: their script acts

    def watch(self, *, clock: datetime | None) -> Desk:
        """Return the same user viewing a drill, with the drill's clock."""
        return replace(self, now=clock or self.now, is_watching=True)

    def can(self, *roles: str) -> bool:
        """Return True if the user holds one of ``roles`` with current training."""
        return not self.is_watching and not self.roles.isdisjoint(roles)


def at_desk(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Pass a ``Desk`` to the view, or respond with the roles needed to a user who has none of them.

    The staff gate has checked sign-in and second factor before any view.
    """

    @wraps(view)
    def opened(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        now = timezone.now()
        network: Network = request.network  # type: ignore[attr-defined]  # set by the staff gate
        roles = list_current_roles(user=request.user, today=local_today(now, network))  # type: ignore[arg-type]
        if roles.isdisjoint(DESK_ROLES):
            return render(request, "desk/no_role.html", {"roles": sorted(DESK_ROLES)}, status=403)
        desk = Desk(request.user, roles, now, page_language(), network)  # type: ignore[arg-type]
        return view(request, desk=desk, **kwargs)

    return opened
