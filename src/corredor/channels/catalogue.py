"""All channels and providers, discovered by folder: a folder whose package defines ``CHANNEL`` is a channel.

CORREDOR_EXTRA_CHANNELS names further packages, separated by commas, for channels outside this program.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Mapping
from functools import cache

from .base import Problem, Provider, ProviderNotConfigured
from .console import ConsoleProvider
from .null import NullProvider
from .spec import ChannelSpec, ProviderSpec, Values, _

DEFAULT = NullProvider.name
# Every channel can be turned off (null) or be written to the server's console.
_EVERYWHERE = (
    ProviderSpec(
        name=DEFAULT,
        title=_("Off"),
        words=_("Messages are made and counted, and go nowhere."),
        build=lambda _values: NullProvider(),
        first_per_s=2000.0,
    ),
    ProviderSpec(
        name=ConsoleProvider.name,
        title=_("The server's screen"),
        words=_("For trying things out: written where the server runs, sent to nobody."),
        build=lambda _values: ConsoleProvider(),
        first_per_s=2000.0,
    ),
)


@cache
def list_channels() -> tuple[ChannelSpec, ...]:
    """Return every channel in the order of the pages; drill channels last."""
    import corredor.channels as package

    names = [f"{package.__name__}.{found.name}" for found in pkgutil.iter_modules(package.__path__) if found.ispkg]
    names += [name.strip() for name in os.environ.get("CORREDOR_EXTRA_CHANNELS", "").split(",") if name.strip()]
    found = [getattr(importlib.import_module(name), "CHANNEL", None) for name in names]
    return tuple(sorted((spec for spec in found if spec is not None), key=lambda spec: (spec.order, spec.kind)))


def get_channel(kind: str) -> ChannelSpec:
    """Return the channel of this kind. Raise KeyError if there is none."""
    return _by_kind()[kind]


@cache
def _by_kind() -> dict[str, ChannelSpec]:
    return {spec.kind: spec for spec in list_channels()}


@cache
def _by_provider() -> dict[str, ProviderSpec]:
    own = [provider for spec in list_channels() for provider in spec.providers]
    return {provider.name: provider for provider in (*_EVERYWHERE, *own)}


def list_providers() -> tuple[str, ...]:
    """Return every provider's name."""
    return tuple(_by_provider())


def get_provider(name: str) -> ProviderSpec | None:
    """Return a provider's specification; None if no provider has this name."""
    return _by_provider().get(name)


def providers_of(kind: str) -> tuple[str, ...]:
    """Return the names of the providers that can carry a channel: null first, console last."""
    off, screen = (provider.name for provider in _EVERYWHERE)
    return (off, *(provider.name for provider in get_channel(kind).providers), screen)


def build_provider(name: str, settings: Mapping[str, Values]) -> Provider:
    """Return a new provider for one worker thread; ``settings`` maps provider names to their settings.

    Raise ProviderNotConfigured, naming the provider and the setting, if one is missing or wrong.
    """
    spec = get_provider(name)
    if spec is None:
        raise ProviderNotConfigured(name, "", Problem.UNKNOWN_PROVIDER, choices=", ".join(list_providers()))
    return spec.build(settings.get(name, {}))
