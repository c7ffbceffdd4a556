"""Two people at two screens see each other's work with the next poll, without losing what they type."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from corredor.flows.report.receive import receive_report
from corredor.incidents.models import Incident
from corredor.intake.enums import Source
from corredor.intake.new_report import NewReport, ReportFields
from tests.factories import make_confirmed, make_desk, make_incident

from .desk_screens import eventually

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


def poll_statuses(page):
    """The status of every poll that the page makes from here on."""
    statuses = []
    page.on("response", lambda answer: "/desk/live/" in answer.url and statuses.append(answer.status))
    return statuses


def take_in(text: str, **fields):
    return receive_report(
        NewReport(source=Source.WEB, language="es", raw=text.encode(), fields=ReportFields(text=text, **fields)),
        now=timezone.now(),
    ).report_id


def test_a_report_and_a_claim_reach_the_other_screen(screens):
    desk = make_desk()
    ana = screens.open(desk["operator"])
    beto = screens.open(desk["verifier"])
    expect(ana.locator("[data-connection]")).to_have_text("Up to date")
    polls = {page: poll_statuses(page) for page in (ana, beto)}
    for page, statuses in polls.items():
        eventually(page, lambda statuses=statuses: 304 in statuses, "a poll without news")
    number = take_in("agentes", where_words="rockwell y cermak")
    row = f"#row-report-{number}"
    for page, statuses in polls.items():
        statuses[:] = statuses[statuses.index(304) :]
        page.evaluate("0")  # what the server has answered until now is in the list when this returns
        before = len(statuses)
        eventually(page, lambda page=page: page.locator(row).count() == 1, "the new report")
        assert 200 in statuses[: before + 2], "one poll may have been under way; the next brings the report"
        assert page.title().startswith("(1) ")

    ana.locator(row).click()
    expect(ana.locator("#pane-title")).to_have_text(f"Report R{number}")
    ana.locator("#open-list input").first.check()
    ana.locator("text=This is the place").click()
    expect(ana.locator("#pane-title")).to_contain_text("Rockwell")
    slug = Incident.objects.get().slug
    expect(ana).to_have_url(re.compile(f"/desk/incidents/{slug}/"))
    seen = lambda: beto.locator(f"#row-incident-{slug}").count() == 1 and beto.locator(row).count() == 0  # noqa: E731
    eventually(beto, seen, "the incident at the other screen")
    expect(beto.locator(f"#row-incident-{slug} .who")).to_contain_text("Ana")


def test_typing_and_focus_survive_a_colleague_s_step(screens):
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now())
    beto = screens.open(desk["verifier"], f"/desk/incidents/{incident.slug}/")
    note = beto.locator("#id_note")
    note.fill("two vans and six people, ves")
    note.press("End")
    beto.locator("input[name=outcome][value=CONFIRMED_ACTIVE]").check()
    note.focus()
    ana = screens.open(desk["operator"], f"/desk/incidents/{incident.slug}/")
    ana.locator("text=I am on it").click()
    expect(ana.locator(f"#who-{incident.pk}")).to_contain_text("You are on it")
    eventually(beto, lambda: beto.locator("text=Ana is on it").count() > 0, "the claim")
    beto.keyboard.type("ts say POLICE ICE")
    assert note.input_value() == "two vans and six people, vests say POLICE ICE"
    assert beto.locator("input[name=outcome][value=CONFIRMED_ACTIVE]").is_checked()
    assert beto.evaluate("document.activeElement.id") == "id_note"


def test_what_is_unfolded_stays_unfolded(screens):
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now())
    page = screens.open(desk["operator"], f"/desk/incidents/{incident.slug}/?tab=follow")
    page.locator(f"#hazard-fold-{incident.pk} > summary").click()
    take_in("otra cosa")
    eventually(page, lambda: page.locator(".row--new").count() == 1, "the new report")
    assert page.locator(f"#hazard-fold-{incident.pk}").evaluate("element => element.open")


def test_a_lost_server_is_said_in_words_and_a_step_is_not_pretended(screens):
    desk = make_desk()
    incident = make_confirmed(desk, now=timezone.now())
    page = screens.open(desk["operator"], f"/desk/incidents/{incident.slug}/?tab=follow")
    # The map may still be fetching its pictures; they are not what is tried here.
    shapes = "performance.getEntriesByType('resource').filter(one => one.name.includes('/img/status/')).length"
    eventually(page, lambda: page.evaluate(shapes) >= 6, "the map's pictures")
    page.context.set_offline(True)
    expect(page.locator("[data-connection]")).to_contain_text("Reconnecting: last heard at")
    page.locator("text=Seen again").click()
    expect(page.locator("#pane-alert")).to_contain_text("This was not sent")
    page.context.set_offline(False)
    expect(page.locator("[data-connection]")).to_have_text("Up to date")


def test_the_poll_travels_empty_while_nothing_changes(screens):
    desk = make_desk()
    page = screens.open(desk["operator"])
    statuses = poll_statuses(page)
    # The first brings the tag, and every half minute one renews the clocks on the screen, however slow the machine is.
    eventually(page, lambda: statuses.count(304) >= 6, "six empty polls", limit_ms=30_000)
    assert set(statuses) <= {200, 304}


def test_back_and_forward_walk_through_what_was_open(screens):
    desk = make_desk()
    one, two = take_in("una cosa", where_words="aquí"), take_in("otra muy distinta", where_words="allá")
    page = screens.open(desk["operator"])
    page.locator(f"#row-report-{one}").click()
    expect(page.locator("#pane-title")).to_have_text(f"Report R{one}")
    page.locator(f"#row-report-{two}").click()
    expect(page.locator("#pane-title")).to_have_text(f"Report R{two}")
    expect(page).to_have_url(re.compile(f"/reports/{two}/"))  # set once all of the answer is in place
    page.go_back()
    expect(page.locator("#pane-title")).to_have_text(f"Report R{one}")
    page.reload()
    expect(page.locator("#pane-title")).to_have_text(f"Report R{one}")


def test_a_fault_of_the_server_is_said_beside_the_step(screens):
    desk = make_desk()
    incident = make_confirmed(desk, now=timezone.now())
    page = screens.open(desk["operator"], f"/desk/incidents/{incident.slug}/?tab=follow")
    busy = "<h1>We are very busy right now</h1><p>What you sent was not saved.</p>"
    page.route("**/seen/", lambda route: route.fulfill(status=503, body=busy, content_type="text/html"))
    page.locator("text=Seen again").click()
    expect(page.locator("#pane-alert")).to_contain_text("What you sent was not saved.")
    assert page.evaluate("document.activeElement.className") == "refusal"


def test_the_filter_leaves_what_has_the_word(screens):
    desk = make_desk()
    take_in("una cosa", where_words="Rockwell y Cérmak")
    take_in("otra muy distinta", where_words="Kedzie")
    page = screens.open(desk["operator"])
    page.keyboard.press("/")
    page.keyboard.type("cermak")
    expect(page.locator(".row:visible")).to_have_count(1)
    take_in("y una más por acá", where_words="Western")
    eventually(page, lambda: page.locator(".row--new").count() == 3, "the new report")
    expect(page.locator(".row:visible")).to_have_count(1)
