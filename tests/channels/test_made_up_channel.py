"""A channel is a folder: one outside the program is offered, configured, counted and checked like any other."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.commands.installation import Installation

FOLDER = """
from corredor.channels.base import Capabilities, Outcome, Result
from corredor.channels.fence import FencedProvider
from corredor.channels.spec import AddressSpec, ChannelSpec, Field, OptIn, ProviderSpec, WrongForm


class PigeonProvider(FencedProvider):
    name = "pigeon"
    capabilities = Capabilities(batch=10)

    def _send(self, messages):
        for message in messages:
            yield Outcome(message.delivery_id, Result.ACCEPTED, code="FLOWN")


def normalise(value):
    if not value.startswith("loft-"):
        raise WrongForm("loft")
    return value


CHANNEL = ChannelSpec(
    kind="PIGEON",
    order=900,
    label="Carrier pigeon",
    offer="By carrier pigeon",
    address=AddressSpec(
        kind="LOFT", label="Loft", longest=40, normalise=normalise, noun="loft", wrong="This is no loft.",
        exposure_code="lofts", exposure="Lofts of pigeons",
    ),
    opt_in=OptIn.CODE,
    asked=("A pigeon is on its way.",),
    is_usual=True,
    providers=(
        ProviderSpec(
            name="pigeon", title="A pigeon", words="Flies.", build=lambda values: PigeonProvider(), first_per_s=0.5,
            fields=(Field("seed", "PIGEON_SEED", "corn"),),
        ),
    ),
)
"""
USE = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
from django.utils import timezone
from corredor.channels.catalogue import build_provider, providers_of
from corredor.delivery.models import Route, TransactionalMessage
from corredor.flows.network.set_up import list_channels
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people.contact import Contact
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import Channel
from corredor.web.public.subscribe_steps import ChannelForm
from corredor.web.steward.channel_words import describe_channels

settings.ALLOWED_HOSTS = ["*"]
now = timezone.now()
Route.objects.update_or_create(channel="PIGEON", defaults={"provider": "pigeon"})
wanted = Preferences(language="en", circle=(41.82263, -87.70447, 800))
started = start_subscription(preferences=wanted, contact=Contact.parse("LOFT", "loft-7"), now=now)
form = ChannelForm({"channel": "PIGEON", "address": "nest"}, channels=["PIGEON"])
views = {view.channel: view for view in describe_channels(list_channels(now=now))}
print(json.dumps({
    "settings": settings.CORREDOR_PROVIDERS["pigeon"],
    "providers": providers_of("PIGEON"),
    "needs_code": started.needs_code,
    "request": TransactionalMessage.objects.get().text,
    "errors": form.errors.get("address"),
    "label": str(form.fields["address"].label),
    "choices": [str(words) for _, words in form.fields["channel"].choices],
    "page": [views["PIGEON"].title, views["PIGEON"].current.title],
    "first_rate": settings.FIRST_PACES["pigeon"],
    "built": build_provider("pigeon", {}).name,
}))
"""


@pytest.fixture
def installation(tmp_path):
    lofts = tmp_path / "site" / "pigeon_channel"
    lofts.mkdir(parents=True)
    (lofts / "__init__.py").write_text(FOLDER)
    made = Installation(tmp_path / "home", CORREDOR_EXTRA_CHANNELS="pigeon_channel", PIGEON_SEED="rye")
    made.environment["PYTHONPATH"] += f"{os.pathsep}{tmp_path / 'site'}"
    return made


def test_a_made_up_channel_needs_its_folder_and_nothing_else(installation):
    done = installation.run("init", "--defaults")
    assert done.returncode == 0, done.stderr
    used = subprocess.run(
        [sys.executable, "-c", USE], env=installation.environment, capture_output=True, text=True, check=False
    )
    assert used.returncode == 0, used.stderr
    shown = json.loads(used.stdout)
    assert shown["settings"] == {"seed": "rye"}
    assert shown["providers"] == ["null", "pigeon", "console"]
    assert shown["needs_code"] is True
    assert "your code is" in shown["request"]
    assert shown["errors"] == ["This is no loft."]
    assert shown["label"] == "Your loft"
    assert shown["choices"] == ["By carrier pigeon"]
    assert shown["page"] == ["Carrier pigeon", "A pigeon"]
    assert (shown["first_rate"], shown["built"]) == (0.5, "pigeon")

    exposed = {row["code"]: row["count"] for row in installation.ask("exposure")["kept"]}
    assert exposed["lofts"] == 1
    checked = json.dumps(installation.ask("check"))
    assert "Carrier pigeon: on (pigeon)." in checked
