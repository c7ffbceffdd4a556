"""Forms of the second factor: codes are single-use, and passkeys require user verification."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

# A code is accepted in its own half minute and the ones before and after (MFA_TOTP_TOLERANCE = 1); allauth
# remembers used codes for half a minute only.
_USED_S = 120


class _OnceOnly:
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Return the code if it is valid and unused."""
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            digits = "".join(c for c in code if c.isdigit())
            if not cache.add(f"totp-used:{self.authenticator.pk}:{digits}", 1, timeout=_USED_S):
                raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_OnceOnly, AuthenticateForm):
    """The TOTP code at sign-in."""


class CodeAgainForm(_OnceOnly, ReauthenticateForm):
    """The TOTP code again, before a sensitive change."""


class PasskeyForm(AddWebAuthnForm):
    """A new passkey; it can sign in alone, so it must have verified a fingerprint, a face or a PIN."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        help_text=_("So that you know it again, such as: my phone"),
        max_length=40,
        required=False,
    )
    passwordless = forms.BooleanField(initial=True, required=False, widget=forms.CheckboxInput(attrs={"hidden": True}))

    def clean(self) -> dict[str, Any]:
        """Apply the strict check, whatever the client sent."""
        self.cleaned_data["passwordless"] = True
        return super().clean()
