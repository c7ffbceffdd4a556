"""The database holds every listed rule after migrations."""

import pytest
from django.apps import apps

from corredor.kit.db_rules import StageConfig, find_missing, guards_of

STAGES = [config.label for config in apps.get_app_configs() if config.name.startswith("corredor.")]


@pytest.mark.django_db
@pytest.mark.parametrize("stage", STAGES)
def test_no_guard_is_missing(stage):
    assert find_missing(guards_of(stage)) == []


@pytest.mark.parametrize("stage", [s for s in STAGES if guards_of(s)])
def test_django_took_the_stages_own_configuration(stage):
    assert isinstance(apps.get_app_config(stage), StageConfig)
