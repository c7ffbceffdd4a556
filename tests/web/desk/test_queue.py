"""The contents and order of the queue."""

from __future__ import annotations

import re

from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.flows.alert.compose import write_alert


def group(seat, key: str) -> str:
    """The markup of one group of the queue."""
    page = seat.get("/desk/live/").content.decode()
    found = re.search(rf'<section class="queue-group" aria-labelledby="group-{key}">(.*?)</section>', page, re.S)
    return found.group(1) if found else ""


def places(markup: str) -> list[str]:
    return re.findall(r'<span class="row__place">([^<]*)</span>', markup)


def test_someone_hurt_comes_first_then_the_oldest(seats, report):
    report("a", where_words="oldest", minutes_ago=9)
    report("b", where_words="newest", minutes_ago=1)
    report("c", where_words="hurt", minutes_ago=5, someone_hurt=True)
    report("d", where_words="not hurt", minutes_ago=12, someone_hurt=False)
    new = group(seats["operator"], "new")
    assert places(new) == ["hurt", "not hurt", "oldest", "newest"]
    assert "Someone is hurt" in new


def test_words_that_speak_of_gas_are_marked_to_be_asked(seats, report):
    kept = report("agentes en la 39 y kedzie, echaron gas", where_words="39 y kedzie")
    assert "Speaks of gas: ask" in group(seats["operator"], "new")
    page = seats["operator"].get(f"/desk/reports/{getattr(kept, 'pk', kept)}/").content.decode()
    assert "the words speak of it" in page


def test_an_incident_moves_through_the_groups(seats, incident):
    assert places(group(seats["operator"], "checking")) == ["Pershing Rd and Kedzie Ave, Brighton Park"]
    assert group(seats["operator"], "confirmed") == ""
    seats["verifier"].do(
        f"/desk/incidents/{incident.slug}/verify/",
        outcome="CONFIRMED_ACTIVE",
        agency="ICE",
        method="ON_SCENE",
        seen="0",
    )
    assert group(seats["operator"], "checking") == ""
    assert places(group(seats["operator"], "confirmed")) == ["Pershing Rd and Kedzie Ave, Brighton Park"]


def test_a_written_alert_waits_in_sight_of_its_approver(seats, desk, confirmed):
    write_alert(incident_id=confirmed.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=timezone.now())
    assert "Written by Carmen" in group(seats["approver"], "approval")
    assert "another person must approve" in group(seats["writer"], "approval")


def test_private_words_are_covered_in_the_list(seats, report):
    report("camioneta con placa BX 48213", where_words="")
    new = group(seats["operator"], "new")
    assert "48213" not in new
    assert "number plate" in new


def test_a_long_queue_is_counted_not_drawn(seats, report):
    for number in range(63):
        report(f"cosa {number} {number * 7919}", where_words=f"lugar {number}", minutes_ago=30)
    markup = group(seats["operator"], "new") + group(seats["operator"], "held")
    assert len(places(group(seats["operator"], "new"))) <= 60
    assert "more" in markup
