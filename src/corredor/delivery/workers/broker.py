"""Message broker (Celery, AMQP): announces "a batch of channel C is due" to any free worker.

A broker message holds no person, text or row id, and correctness does not depend on it: a lost, late or duplicate
message only makes a worker poll later or in vain.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from functools import cache

from amqp.exceptions import AMQPError
from celery import Celery
from django.conf import settings
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError

from corredor.delivery.queue.batches import Batch
from corredor.subscriptions.enums import Channel

log = logging.getLogger(__name__)

TASK = "corredor.send_batch"
CONNECT_WITHIN_S = 3
_HEARTBEAT_S = 60  # a batch is sent between two of them
# Stale announcements are useless: limited in number and age (milliseconds).
_LIMITS = {"x-max-length": 2000, "x-overflow": "drop-head", "x-message-ttl": 600_000}
UNREACHABLE = (OperationalError, AMQPError, OSError)


def queue_name(channel: str) -> str:
    """Return the broker queue of a channel."""
    return f"corredor.{channel.lower()}"


def get_app() -> Celery:
    """Return the Celery application of this process."""
    return _make_app(os.getpid(), settings.BROKER_URL)


def announce(batches: Iterable[Batch]) -> int:
    """Publish batches to their channels' queues; return how many the broker took. No retry: workers poll anyway.

    A new connection each time: one idle since the last alert may be dead.
    """
    count = 0
    app = get_app()
    try:
        with app.connection_for_write(connect_timeout=CONNECT_WITHIN_S) as line:
            line.ensure_connection(max_retries=1, timeout=CONNECT_WITHIN_S)
            with app.amqp.Producer(line) as producer:
                for one in batches:
                    queue = queue_name(one.channel)
                    app.send_task(TASK, kwargs=one.as_message(), queue=queue, producer=producer, retry=False)
                    count += 1
    except UNREACHABLE as error:
        log.warning("the broker takes no messages (%s); workers look by themselves", type(error).__name__)
    return count


def count_waiting(channel: str) -> tuple[int, int]:
    """Return (waiting messages, consumers) of a channel's queue. Raise the errors in UNREACHABLE."""
    with get_app().connection_for_read(connect_timeout=CONNECT_WITHIN_S) as connection:
        connection.ensure_connection(max_retries=1, timeout=CONNECT_WITHIN_S)
        bound = _queue(channel)(connection.default_channel)
        bound.declare()
        answer = bound.queue_declare(passive=True)
        return int(answer.message_count), int(answer.consumer_count)


@cache
def _make_app(pid: int, url: str) -> Celery:
    """One per process: a fork must not use its parent's connection."""
    app = Celery("corredor", broker=url, set_as_current=False)
    app.conf.update(
        task_queues=[_queue(channel) for channel in Channel.values],
        task_default_queue=queue_name(Channel.PUSH),
        task_default_delivery_mode="transient",
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,  # a dead worker's batch goes to another
        worker_prefetch_multiplier=1,  # and a worker prefetches no second batch
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=CONNECT_WITHIN_S,
        broker_heartbeat=_HEARTBEAT_S,
        broker_pool_limit=None,
    )
    return app


def _queue(channel: str) -> Queue:
    exchange = Exchange("corredor", type="direct", durable=True)
    return Queue(queue_name(channel), exchange, routing_key=queue_name(channel), durable=True, queue_arguments=_LIMITS)
