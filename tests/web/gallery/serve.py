"""Serves the gallery (python -m tests.web.gallery.serve [PORT]) and prints its address. No database, no settings."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from csp.constants import NONE, SELF
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from whitenoise import WhiteNoise

from corredor.kit.languages import LANGUAGES, roots
from corredor.web.worker_script import write_worker_script

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src" / "corredor"
INCIDENTS = Path(__file__).parent / "incidents.json"

if not settings.configured:
    settings.configure(
        DEBUG=False,
        SECRET_KEY="gallery",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        STATIC_URL="/static/",
        USE_TZ=True,
        LANGUAGE_CODE="en",
        LANGUAGES=[(one.code, one.name) for one in LANGUAGES.values()],
        LOCALE_PATHS=list(roots()),
        INSTALLED_APPS=["django.contrib.staticfiles"],
        MIDDLEWARE=["csp.middleware.CSPMiddleware", "django.middleware.gzip.GZipMiddleware"],
        CONTENT_SECURITY_POLICY={
            "DIRECTIVES": {
                "default-src": [NONE],
                "script-src": [SELF],
                "style-src": [SELF],
                "img-src": [SELF, "data:", "blob:"],
                "connect-src": [SELF],
                "worker-src": [SELF, "blob:"],
                "manifest-src": [SELF],
                "form-action": [SELF],
                "frame-ancestors": [NONE],
                "base-uri": [NONE],
            }
        },
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [PACKAGE / "web" / "templates", Path(__file__).parent / "templates"],
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request"],
                    "libraries": {
                        "languages": "corredor.web.templatetags.languages",
                        "look": "corredor.web.templatetags.look",
                    },
                },
            }
        ],
    )
    django.setup()


class ReportForm(forms.Form):
    """A field of each kind."""

    words = forms.CharField(
        label="What do you see?",
        help_text="Write it as you would tell a neighbour. Do not write names or licence plates.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    place = forms.CharField(label="Where?", help_text="Two streets, a school, a park or a shop.")
    seen = forms.ChoiceField(
        label="When did you see it?",
        choices=[("now", "It is happening now"), ("hour", "Within the last hour"), ("before", "Before that")],
        widget=forms.RadioSelect,
    )
    photos = forms.FileField(label="Photos", help_text="Only if it is safe.", required=False)
    radius_m = forms.ChoiceField(label="How far around?", choices=[("400", "400 m"), ("800", "800 m")])
    call_back = forms.BooleanField(label="Someone may ask me a question", required=False)
    lat = forms.CharField(widget=forms.HiddenInput, required=False)
    lon = forms.CharField(widget=forms.HiddenInput, required=False)


class OneQuestion(forms.Form):
    """A step of the report form."""

    place = forms.CharField(label="Where is it?", help_text="Two streets, a school, a park or a shop.")
    lat = forms.CharField(widget=forms.HiddenInput, required=False)
    lon = forms.CharField(widget=forms.HiddenInput, required=False)


class Person:
    """Stands in for a signed-in user."""

    is_authenticated = True

    def get_username(self) -> str:
        return "amara"


STATUSES = ["BEING_CHECKED", "CONFIRMED", "ENDED", "NOT_IMMIGRATION", "COULD_NOT_VERIFY", "CORRECTED"]


def page(name: str):
    """A view of one gallery template, in the language asked for."""

    def view(request: HttpRequest) -> HttpResponse:
        with translation.override(request.GET.get("lang", "en")):
            context = {
                "site": SimpleNamespace(name="Corredor", base_url="", hotline="312-555-0100"),
                "user": Person(),
                "is_drill": "drill" in request.GET,
                "csrf_token": "gallery",
                "form": ReportForm(),
                "wrong": ReportForm({"place": ""}),
                "question": OneQuestion(auto_id="step_%s"),
                "statuses": STATUSES,
                "tiles": f"/tiles/{next(iter(find_tiles()), Path('none')).name}",
                "now": "2025-10-04T15:04:00-05:00",
                "version": STATE["version"],
            }
            response = render(request, name, context)
        if name == "manifest.webmanifest":
            response["Content-Type"] = "application/manifest+json"
        return response

    return view


def read_worker(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        write_worker_script(PACKAGE / "static" / "sw.js"), content_type="text/javascript; charset=utf-8"
    )


def read_incidents(request: HttpRequest) -> JsonResponse:
    return JsonResponse(json.loads(INCIDENTS.read_text()))


STATE = {"version": 1, "is_broken": 0, "full": 0, "unchanged": 0}


def read_fragment(request: HttpRequest) -> HttpResponse:
    """The queue as the desk's poll gets it: whole, 304 when the page has it, or a fault when told so."""
    if STATE["is_broken"]:
        return HttpResponse(status=503)
    etag = f'"{STATE["version"]}"'
    if request.headers.get("If-None-Match") == etag:
        STATE["unchanged"] += 1
        return HttpResponse(status=304, headers={"ETag": etag})
    STATE["full"] += 1
    response = render(request, "gallery/rows.html", {"statuses": STATUSES, "version": STATE["version"]})
    response["ETag"] = etag
    return response


def control(request: HttpRequest) -> JsonResponse:
    """Lets a test change what the queue says: /control/?version=2&is_broken=1."""
    STATE.update({name: int(value) for name, value in request.GET.items() if name in STATE})
    return JsonResponse(STATE)


def names(prefix: str, *views: str):
    return include(([path(f"{prefix}/{view}/", page(f"gallery/{prefix}.html"), name=view) for view in views], prefix))


CONFIRMED: list[dict[str, object]] = []  # what service workers said they had shown


@csrf_exempt
def take_shown(request: HttpRequest) -> HttpResponse:
    named = {name: request.headers.get(name, "") for name in ("Cookie", "Referer", "Content-Type")}
    CONFIRMED.append({"body": request.body.decode(), **named})
    return HttpResponse(status=204)


def list_shown(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"shown": CONFIRMED})


urlpatterns = [
    path("hooks/push/shown", take_shown),
    path("hooks/push/list", list_shown),
    path("", page("gallery/public.html")),
    path("report/", page("gallery/report.html")),
    path("step/", page("gallery/step.html")),
    path("map/", page("gallery/map.html")),
    path("offline/", page("offline.html")),
    path("desk/", page("gallery/desk.html")),
    path("desk/page/", page("gallery/desk_page.html")),
    path("desk/queue/", read_fragment),
    path("control/", control),
    path("incidents.json", read_incidents),
    path("sw.js", read_worker),
    path("manifest.webmanifest", page("manifest.webmanifest")),
    path("p/", names("public", "report", "now", "subscribe", "rights", "receipt", "how", "privacy")),
    path("d/", names("desk", "desk", "call")),
    path("s/", names("steward", "people", "channels", "drill")),
]


class Server(ThreadingMixIn, WSGIServer):
    """A page asks for several files at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """No line for each request."""

    def log_message(self, *_: object) -> None:
        return


def find_tiles() -> list[Path]:
    """The base map to show: GALLERY_TILES, else the Chicago pack's, else none."""
    named = os.environ.get("GALLERY_TILES")
    return [Path(named)] if named else sorted((PACKAGE / "packs" / "chicago").glob("*.pmtiles"))[:1]


def make(port: int = 0) -> Server:
    """A gallery server on ``port`` (0: any free one), not yet serving."""
    application = WhiteNoise(get_wsgi_application(), autorefresh=True)
    application.add_files(str(PACKAGE / "static"), prefix="static/")
    for tiles in find_tiles():
        application.add_files(str(tiles.parent), prefix="tiles/")
    return make_server("127.0.0.1", port, application, server_class=Server, handler_class=Quiet)


if __name__ == "__main__":
    server = make(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
