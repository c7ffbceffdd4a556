"""A person answers on a channel that carries texts both ways: STOP leaves, YES confirms, START lifts a STOP.

Writes subscriptions, people (addresses). Called by the webhook of any channel that declares one.
"""

from __future__ import annotations

from datetime import datetime

from corredor.channels.catalogue import get_channel
from corredor.channels.inbound import InboundText
from corredor.engines.smstext import Keyword, parse_keyword
from corredor.people.contact import Contact
from corredor.people.errors import WrongAddress
from corredor.subscriptions.errors import CodeNeeded

from .confirm import confirm_by_address
from .leave import leave_by_address
from .restart import lift_stop


def receive_answer(*, channel: str, text: InboundText, now: datetime) -> None:
    """Act on a keyword; anything else is not kept, because these channels take no reports. Idempotent."""
    keyword = parse_keyword(text.text)
    try:
        sender = Contact.parse(get_channel(channel).address.kind, text.sender)
        if keyword == Keyword.STOP:
            leave_by_address(sender, now=now)
        elif keyword == Keyword.YES:
            confirm_by_address(sender, now=now)
        elif keyword == Keyword.START:
            lift_stop(sender, now=now)
    except (WrongAddress, CodeNeeded):
        return  # no number of a person; or two sign-ups with different preferences, told apart by their codes
