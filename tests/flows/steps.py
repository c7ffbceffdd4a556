"""The steps of a report's path for tests, with the fewest arguments each needs."""

from __future__ import annotations

from corredor.delivery.enums import SendState
from corredor.delivery.workers.worker import Sender
from corredor.flows.alert import compose
from corredor.flows.alert.approve import approve_alert
from corredor.flows.incident import verify
from corredor.flows.incident.open import open_incident
from corredor.flows.report import receive
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.intake.enums import Source
from corredor.intake.new_report import NewReport, ReportFields
from corredor.people.contact import Contact
from tests.factories import NOW, PERSHING_KEDZIE

WORDS = "agentes en la 39 y kedzie, echaron gas"


def report(text=WORDS, *, now=NOW, contact="", **fields):
    return receive.receive_report(
        NewReport(
            source=Source.WEB,
            language="es",
            raw=text.encode(),
            fields=ReportFields(text=text, **fields),
            contact=Contact.parse_typed(contact),
        ),
        now=now,
    )


def open_at(desk, text=WORDS, point=PERSHING_KEDZIE, *, now=NOW, contact=""):
    received = report(text, now=now, contact=contact)
    incident = open_incident(report_id=received.report_id, lat=point[0], lon=point[1], by=desk["operator"], now=now)
    return incident, received


def check(desk, incident, outcome=Outcome.CONFIRMED_ACTIVE, agency=Agency.ICE, *, now=NOW):
    return verify.verify_incident(
        incident_id=incident.pk,
        outcome=outcome,
        agency=agency,
        method=Method.ON_SCENE,
        seen_at=now,
        by=desk["verifier"],
        now=now,
    )


def say(desk, incident, kind, *, now=NOW):
    alert = compose.write_alert(incident_id=incident.pk, kind=kind, radius_m=800, by=desk["writer"], now=now)
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    return alert


def send_all(settings, provider="console", channel="EMAIL", now=NOW):
    """Let the real worker send what is due, through the console channel."""
    from corredor.delivery.models import Route

    Route.objects.update_or_create(channel=channel, defaults={"provider": provider})
    sender = Sender(channel, clock=lambda: now)
    while sender.send_due():
        pass
    sender.close()


def got(alert):
    return set(alert.deliveries.filter(state=SendState.SENT).values_list("address_id", flat=True))
