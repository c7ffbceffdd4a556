"""One alert being sent: progress bar, curve and every delivery, without recipients."""

from __future__ import annotations

from hashlib import blake2s
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_GET

from corredor.alerts.models import Alert
from corredor.alerts.queries import get_alert
from corredor.delivery.enums import SendState
from corredor.delivery.queries import get_halt
from corredor.delivery.reports import list_traces
from corredor.subscriptions.enums import Channel

from .access import Desk, at_desk
from .present.alert import show_sending
from .present.trace import show_trace

PAGE = 50
_LARGEST_PAGE = 20_000


@require_GET
@at_desk
def sending(request: HttpRequest, *, desk: Desk, alert_id: int) -> HttpResponse:
    """Show the whole page."""
    alert = _find(alert_id)
    context = _context(request, alert, desk)
    may_stop = context["alert"].is_stoppable and not alert.is_drill
    return render(request, "desk/sending.html", context | {"is_drill": alert.is_drill, "may_stop": may_stop})


@require_GET
@at_desk
def sending_live(request: HttpRequest, *, desk: Desk, alert_id: int) -> HttpResponse:
    """Show the parts that change; 304 if nothing has."""
    alert = _find(alert_id)
    response = render(request, "desk/sending_live.html", _context(request, alert, desk))
    tag = f'"{blake2s(response.content, digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    response["ETag"] = tag
    return response


def _find(alert_id: int) -> Alert:
    try:
        alert = get_alert(alert_id=alert_id)
    except (Alert.DoesNotExist, OverflowError):
        raise Http404 from None
    if alert.approved_at is None:
        raise Http404
    return alert


def _context(request: HttpRequest, alert: Alert, desk: Desk) -> dict[str, Any]:
    state = _known(request.GET.get("state", ""), SendState.values)
    channel = _known(request.GET.get("channel", ""), Channel.values)
    number = request.GET.get("page", "1")
    page = int(number) if number.isdecimal() and len(number) <= 5 else 1
    page = min(max(page, 1), _LARGEST_PAGE)
    rows, count = list_traces(alert_id=alert.pk, state=state, channel=channel, first=(page - 1) * PAGE, most=PAGE)
    shown = show_sending(alert, desk=desk)
    chosen = {name: value for name, value in (("state", state), ("channel", channel)) if value}
    return {
        "alert": shown,
        "rows": [show_trace(row) for row in rows],
        "count": count,
        "first": (page - 1) * PAGE + 1,
        "last": (page - 1) * PAGE + len(rows),
        "state": state,
        "channel": channel,
        "states": [(one.value, one.label) for one in SendState],
        "channels": [(one.value, one.label) for one in Channel if (one == Channel.DRILL) == alert.is_drill],
        "query": urlencode({**chosen, "page": page}),
        "before": urlencode({**chosen, "page": page - 1}) if page > 1 else "",
        "after": urlencode({**chosen, "page": page + 1}) if page * PAGE < count else "",
        "halt": get_halt(),
        "desk": desk,
    }


def _known(value: str, allowed: list[str]) -> str:
    return value if value in allowed else ""
