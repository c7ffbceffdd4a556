"""Reply to SMS through the queue, for providers whose webhook response cannot carry a reply.

Writes through ``receive_sms``, and delivery (transactional messages). Called by the webhooks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from corredor.delivery.enums import TransactionalKind
from corredor.engines.language import guess_language
from corredor.flows.after_commit import after_change
from corredor.flows.notify import notify
from corredor.people import address_book
from corredor.people.contact import Contact

from .receive_sms import receive_sms

_KEPT_FOR = timedelta(hours=1)  # long enough for one reply


@transaction.atomic
def receive_and_answer(*, sender: Contact, text: str, raw: bytes, provider_reference: str, now: datetime) -> None:
    """Process one SMS and queue the reply. STOP is answered by the provider.

    Raise ReportTooLong.
    """
    reply = receive_sms(sender=sender, text=text, raw=raw, provider_reference=provider_reference, now=now)
    if not reply.text:
        return
    address = address_book.save_address(sender, now=now, expires_at=now + _KEPT_FOR)
    language = guess_language(reply.text)
    notify(address=address, kind=TransactionalKind.HELP, text=reply.text, language=language, now=now)
    after_change(now=now)
