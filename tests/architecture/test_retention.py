"""Every table is listed in the exposure count, or declared to hold nothing about people."""

from __future__ import annotations

import pytest
from django.apps import apps

from corredor.kit.retention import list_stored

# Tables that hold no data about people of their own: settings, the network's own texts, links between listed rows.
NOTHING_ABOUT_PEOPLE = {
    "alerts.Alert",
    "alerts.AlertText",
    "alerts.Fingerprint",
    "alerts.Signature",
    "corridors.Alarm",
    "corridors.Assignment",
    "corridors.Bell",
    "corridors.CodeShown",
    "corridors.Dismissal",
    "corridors.Lead",
    "corridors.Message",
    "corridors.Plan",
    "corridors.Post",
    "corridors.Proposal",
    "corridors.School",
    "corridors.SpecialDay",
    "delivery.Halt",
    "delivery.LeaderLease",
    "delivery.Plan",
    "delivery.ProviderHealth",
    "delivery.Route",
    "delivery.SendRate",
    "delivery.WorkerHeartbeat",
    "incidents.ChainHead",
    "incidents.Hazard",
    "incidents.IncidentPlace",
    "incidents.Membership",
    "incidents.Verification",
    "partners.ReceivedMessage",
    "partners.Hook",
    "partners.Announcement",
    "people.Network",
    "people.RoleGrant",
    "people.Training",
    "places.AddedPlace",
    "places.StreetAlias",
    "places.UnlitStreet",
    "subscriptions.ContactMethod",
    "subscriptions.CoverageArea",
    "subscriptions.CoverageCell",
}


def ours() -> set[str]:
    models = (model for config in apps.get_app_configs() for model in config.get_models())
    return {model._meta.label for model in models if model.__module__.startswith("corredor.")}


@pytest.mark.django_db
def test_every_table_is_counted_or_holds_nothing_about_people():
    listed = {stored.rows().model._meta.label for stored in list_stored()}
    drills = {label for label in ours() if label.startswith("review.")}
    assert ours() - listed - NOTHING_ABOUT_PEOPLE - drills == set()
    assert NOTHING_ABOUT_PEOPLE - ours() == set(), "a name that no table has any more"
    assert listed & NOTHING_ABOUT_PEOPLE == set()


@pytest.mark.django_db
def test_codes_are_unique_and_every_row_can_be_counted():
    codes = [stored.code for stored in list_stored()]
    assert len(codes) == len(set(codes)) > 20
    for stored in list_stored():
        assert stored.rows().count() == 0, stored.code
