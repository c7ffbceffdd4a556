"""Forms for sign-in and for one's own account."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _

from corredor.people.queries import get_network
from corredor.web.language import language_choices
from corredor.web.public.area_list import list_sides

PASSWORD_HINT = _("At least 10 characters. Four unrelated words are easy to keep in mind and hard to guess.")


def _set_label(field: forms.Field, label: Any, help_text: Any = "") -> None:
    """Replace allauth's labels and remove placeholders, which vanish while typing."""
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self.fields["login"], _("Your sign-in name"))
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false")
        _set_label(self.fields["password"], _("Your password"))


class PasswordAgainForm(ReauthenticateForm):
    """The password again, before a sensitive change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self.fields["password"], _("Your password"))


class NewPasswordForm(ChangePasswordForm):
    """The old password, and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self.fields["oldpassword"], _("Your present password"))
        _set_label(self.fields["password1"], _("A new password"), PASSWORD_HINT)
        _set_label(self.fields["password2"], _("The new password again"))


class ComeBackForm(forms.Form):
    """A new password for an existing account."""

    password = forms.CharField(
        label=_("A new password"),
        help_text=PASSWORD_HINT,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class JoinForm(ComeBackForm):
    """A new account."""

    username = forms.RegexField(
        r"^[\w.-]+$",
        label=_("A name to sign in with"),
        help_text=_("Letters, digits, dots and dashes. Better not your legal name."),
        min_length=3,
        max_length=40,
        error_messages={"invalid": _("Use letters, digits, dots and dashes only.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    alias = forms.CharField(
        label=_("How the others call you"),
        help_text=_("Shown at the desk. A first name or a nickname is enough."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    field_order = ("username", "alias", "password")


class AboutMeForm(forms.Form):
    """What users may change about themselves."""

    alias = forms.CharField(label=_("How the others call you"), max_length=40)
    language = forms.ChoiceField(
        label=_("Language of the pages"),
        choices=language_choices,
        widget=forms.RadioSelect,
    )
    area = forms.ChoiceField(
        label=_("The area you know best"),
        help_text=_("When it is not clear which place a report means, places there come first for you."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = [
            (side.name, [(area.code, area.name) for area in side.areas]) for side in list_sides(get_network().city)
        ]
        self.fields["area"].choices = [("", _("None in particular")), *sides]  # type: ignore[attr-defined]
