"""Static texts: rights, how it works, privacy, contact; and the files of the installable site (PWA)."""

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
RIGHTS = "rights_v1"  # folder of each language's wording


@exchange.page(max_age_s=TEXT_S)
def rights(request: HttpRequest) -> HttpResponse:
    """Show one's rights, with the reviewer's name, or that the text is not reviewed yet."""
    return render(request, "public/rights.html", {"text": languages.wording(RIGHTS, page_language())})


@exchange.page(max_age_s=TEXT_S)
def how(request: HttpRequest) -> HttpResponse:
    """Show how a report is handled, and what this network never does."""
    return render(request, "public/how.html")


@exchange.page(max_age_s=TEXT_S)
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what is stored and for how long, from the constants that the retention code uses."""
    context = {
        "contact_days": CONTACT_KEPT.days,
        "report_days": REPORTS_KEPT.days,
        "pending_days": PENDING_FOR.days,
        "delivery_days": LINKS_KEPT.days,
    }
    return render(request, "public/privacy.html", context)


@exchange.page(max_age_s=TEXT_S)
def about(request: HttpRequest) -> HttpResponse:
    """Show who runs this server and how to reach them."""
    return render(request, "public/about.html")


@exchange.page(max_age_s=TEXT_S)
def feeds(request: HttpRequest) -> HttpResponse:
    """List the machine-readable feeds, for newsrooms and partners."""
    return render(request, "public/feeds.html")


@exchange.page(max_age_s=60)
def offline(request: HttpRequest) -> HttpResponse:
    """Show the page that the service worker caches for use offline."""
    return render(request, "offline.html")


@exchange.page(max_age_s=TEXT_S)
def manifest(request: HttpRequest) -> HttpResponse:
    """Return the web app manifest. Its language is in its URL."""
    return render(request, "manifest.webmanifest", content_type="application/manifest+json")


def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, at the root so that its scope is every page. Not cached."""
    found = finders.find("sw.js")
    if not isinstance(found, str):
        raise Http404
    response = HttpResponse(write_worker_script(Path(found)), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """Return robots.txt: public pages may be indexed, personal links not."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in ("/desk/", "/staff/", "/hooks/", "/s/", "/r/"))]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
