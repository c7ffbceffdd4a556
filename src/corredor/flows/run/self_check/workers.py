"""Sending checks: clock offsets, worker heartbeats, broker and its consumers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from corredor.delivery.clock import database_now, measure_clock_offset
from corredor.delivery.models import WorkerHeartbeat
from corredor.delivery.queries import get_routes
from corredor.delivery.workers import heartbeats
from corredor.subscriptions.enums import Channel

from .finding import Finding, bad, good, look

_NOTICEABLE = timedelta(seconds=2)
_WRONG = timedelta(seconds=30)  # authenticator codes fail, and times in messages are visibly wrong


def check_clocks(now: datetime) -> Iterator[Finding]:
    """Compare this machine's and the workers' clocks with the database's, which the queue uses."""
    if connection.vendor != "postgresql":
        return
    clocks = [(_("this machine"), measure_clock_offset())]
    clocks += [(one.host, timedelta(milliseconds=one.ahead_ms)) for one in _list_seen()]
    wrong = {host: ahead for host, ahead in clocks if abs(ahead) > _NOTICEABLE}
    for host, ahead in wrong.items():
        words = _("The clock of %(host)s is %(seconds)d seconds off the database's. Set it by NTP (timedatectl).")
        say = bad if abs(ahead) > _WRONG else look
        yield say("CLOCK", words % {"host": host, "seconds": round(abs(ahead).total_seconds())})
    if not wrong:
        yield good("CLOCK", _("All clocks agree."))


def check_workers(now: datetime) -> Iterator[Finding]:
    """Check that a live worker serves each channel that is on."""
    if not heartbeats.is_stored():
        return
    seen = _list_seen()
    if not seen:
        words = _("No worker has been heard of for 30 seconds: nothing leaves. Start corredor worker.")
        yield bad("WORKERS", words)
        return
    hosts = ", ".join(sorted({one.host for one in seen}))
    words = _("%(count)d worker processes are at work, on %(hosts)s.")
    yield good("WORKERS", words % {"count": len(seen), "hosts": hosts})
    served = {channel for one in seen for channel in one.channels.split(",")}
    for channel in _list_channels_on():
        if channel not in served:
            words = _(
                "%(way)s: on, but no worker serves it. Start corredor worker without --channels, or with this one."
            )
            yield bad("WORKERS", words % {"way": Channel(channel).label})


def check_broker(now: datetime) -> Iterator[Finding]:
    """Check that the broker is reachable and has consumers; without it messages are only delayed by a second."""
    if not settings.BROKER_URL:
        return
    from corredor.delivery.workers.broker import UNREACHABLE, count_waiting  # loads Celery

    try:
        queues = {channel: count_waiting(channel) for channel in _list_channels_on()}
    except UNREACHABLE as error:
        words = _("The broker cannot be reached (%(what)s). Messages leave all the same, up to two seconds later.")
        yield look("BROKER", words % {"what": type(error).__name__})
        return
    deaf = [str(Channel(channel).label) for channel, (_waiting, listening) in queues.items() if not listening]
    if deaf:
        words = _("The broker answers, but no worker listens for: %(ways)s. Messages leave, up to two seconds later.")
        yield look("BROKER", words % {"ways": ", ".join(deaf)})
    else:
        waiting = sum(waiting for waiting, _listening in queues.values())
        yield good("BROKER", _("The broker answers; %(count)d slices wait in it.") % {"count": waiting})


def _list_seen() -> list[WorkerHeartbeat]:
    return heartbeats.list_heartbeats(now=database_now())


def _list_channels_on() -> list[str]:
    """Return the channels that a steward has turned on."""
    return [channel for channel, provider in get_routes().items() if provider != "null" and channel != Channel.DRILL]
