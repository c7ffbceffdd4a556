"""Who a username and password, or a running session, belong to."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend


class StaffBackend(ModelBackend):
    """Django's own, for open accounts of real people only.

    Asked anew at every request of a session, so a closed account is out at once.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        """False for people of a drill and for closed accounts."""
        return not getattr(user, "is_drill", True) and super().user_can_authenticate(user)
