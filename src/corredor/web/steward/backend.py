"""Authentication backend for passwords and sessions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend


class StaffBackend(ModelBackend):
    """Django's model backend, restricted to open accounts of real people.

    Checked at every request of a session, so closing an account ends access at once.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        """Return False for drill accounts and closed accounts."""
        return not getattr(user, "is_drill", True) and super().user_can_authenticate(user)
