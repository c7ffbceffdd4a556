"""The desk's main screen: queue, map and selected item, and the poll that updates it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from corredor.incidents.queries import desk_version
from corredor.incidents.timeline import find_broken_entry

from .access import Desk, at_desk
from .screen import get_tag, show_screen
from .selection import TABS, Selection, read_selection


@require_GET
@at_desk
def desk(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Show the board with nothing selected."""
    return show_screen(request, selection=Selection(is_drill=request.GET.get("world") == "drill"), desk=desk)


@require_GET
@at_desk
def report(request: HttpRequest, *, desk: Desk, report_id: int) -> HttpResponse:
    """Show the board with one report selected."""
    is_drill = request.GET.get("world") == "drill"
    return show_screen(request, selection=Selection(is_drill=is_drill, report=report_id), desk=desk)


@require_GET
@at_desk
def incident(request: HttpRequest, *, desk: Desk, slug: str) -> HttpResponse:
    """Show the board with one incident selected, at a tab."""
    tab = request.GET.get("tab", "")
    selection = Selection(is_drill=request.GET.get("world") == "drill", incident=slug, tab=tab if tab in TABS else "")
    return show_screen(request, selection=selection, desk=desk)


@require_GET
@at_desk
def live(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Answer a poll: 304 if nothing has changed, else the changed parts. Every open desk polls once a second."""
    selection = read_selection(request)
    version = desk_version(is_drill=selection.is_drill)
    if request.headers.get("If-None-Match", "") == f'"{get_tag(selection=selection, desk=desk, version=version)}"':
        return HttpResponseNotModified()
    return show_screen(request, selection=selection, desk=desk, fresh=False, version=version)


@require_GET
@at_desk
def chain(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Verify the timeline's hash chain and show the result."""
    broken = find_broken_entry()
    if broken is None:
        return HttpResponse(escape(_("Checked just now: the whole chain holds.")))
    said = _("The chain breaks at entry %(seq)s. Tell a steward now, and change nothing.") % {"seq": broken}
    return HttpResponse(escape(said))
