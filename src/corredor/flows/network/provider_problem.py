"""Describe wrong provider settings in the reader's language, with the settings' names."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from corredor.channels.base import Problem, ProviderNotConfigured


def describe_problem(error: ProviderNotConfigured) -> str:
    """Return one sentence. It names settings and allowed values, never the actual value."""
    name = settings.CORREDOR_PROVIDER_VARIABLES.get(error.provider, {}).get(error.setting, error.setting)
    return _sentence(error.problem) % {"name": name, **error.slots}


def _sentence(problem: Problem) -> str:
    return {
        Problem.MISSING: _("%(name)s is missing."),
        Problem.NOT_TEXT: _("%(name)s must be a text."),
        Problem.NOT_ONE_LINE: _("%(name)s must be one line."),
        Problem.NOT_A_CHOICE: _("%(name)s must be one of these: %(choices)s."),
        Problem.NOT_A_NUMBER: _("%(name)s must be a whole number."),
        Problem.OUT_OF_RANGE: _("%(name)s must be between %(least)s and %(most)s."),
        Problem.NOT_A_LIST: _("%(name)s must be a list."),
        Problem.NO_URL: _("%(name)s is no web address. It begins with https:// or http://."),
        Problem.NO_FILE: _("The file %(name)s cannot be read."),
        Problem.NO_KEY: _("The key in the file %(name)s cannot be used."),
        Problem.NO_CONTACT: _("%(name)s must begin with mailto: or https://."),
        Problem.NO_MAILBOX: _("%(name)s must be an e-mail address."),
        Problem.NO_SENDER: _("%(name)s must be the number or account that messages come from, as the provider has it."),
        Problem.IN_CLEAR: _("%(name)s: the password would travel unencrypted. Use starttls or tls."),
        Problem.UNKNOWN_PROVIDER: _("There is no such channel."),
    }[problem]
