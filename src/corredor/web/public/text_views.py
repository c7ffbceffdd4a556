"""Short true texts: rights, how this works, what is kept, who runs it; and what a phone needs to keep the site."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from corredor.delivery.retention import LINKS_KEPT
from corredor.intake.retention import CONTACT_KEPT, REPORTS_KEPT
from corredor.kit import languages
from corredor.subscriptions.actions import PENDING_FOR
from corredor.web.language import page_language
from corredor.web.worker_script import write_worker_script

from . import exchange

TEXT_S = 300
RIGHTS = "rights_v1"  # wording of each language


@exchange.page(max_age_s=TEXT_S)
def rights(request: HttpRequest) -> HttpResponse:
    """What one may say and do, with the name of who reviewed it, or that nobody has."""
    return render(request, "public/rights.html", {"text": languages.wording(RIGHTS, page_language())})


@exchange.page(max_age_s=TEXT_S)
def how(request: HttpRequest) -> HttpResponse:
    """What happens to a report, and what this never does."""
    return render(request, "public/how.html")


@exchange.page(max_age_s=TEXT_S)
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept and for how long, from the very constants that erase it."""
    context = {
        "contact_days": CONTACT_KEPT.days,
        "report_days": REPORTS_KEPT.days,
        "pending_days": PENDING_FOR.days,
        "delivery_days": LINKS_KEPT.days,
    }
    return render(request, "public/privacy.html", context)


@exchange.page(max_age_s=TEXT_S)
def about(request: HttpRequest) -> HttpResponse:
    """Who runs this server and how to reach them."""
    return render(request, "public/about.html")


@exchange.page(max_age_s=TEXT_S)
def feeds(request: HttpRequest) -> HttpResponse:
    """What programs can read here, for newsrooms and partners."""
    return render(request, "public/feeds.html")


@exchange.page(max_age_s=60)
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the phone keeps for when there is no network."""
    return render(request, "offline.html")


@exchange.page(max_age_s=TEXT_S)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site on its home screen. Its language is in its address."""
    return render(request, "manifest.webmanifest", content_type="application/manifest+json")


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it may serve every page. Always asked for anew."""
    found = finders.find("sw.js")
    if not isinstance(found, str):
        raise Http404
    response = HttpResponse(write_worker_script(Path(found)), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may have the public pages, not people's links."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in ("/desk/", "/staff/", "/hooks/", "/s/", "/r/"))]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
