"""Push for parents: follow and leave a school by one tap each. No account, no cookie."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from corredor.corridors.errors import UnknownSchool
from corredor.flows.school.follow import OnPhone, follow_on_phone, get_phone_state, leave_on_phone
from corredor.kit.languages import CODES
from corredor.people.errors import WrongAddress
from corredor.subscriptions.errors import ChannelIsOff, Suppressed
from corredor.web.language import page_language
from corredor.web.public import exchange
from corredor.web.push_contact import read_push_contact


@exchange.form
def phone(request: HttpRequest, slug: str) -> JsonResponse:
    """JSON {"do": "look" | "follow" | "leave", "subscription": {...}, "language"} -> {"state", "keeps"} or {"error"}.

    ``keeps`` is true if this network still needs the push subscription for something else.
    """
    given = exchange.read_json(request)
    if given is None or given.get("do") not in ("look", "follow", "leave"):
        return JsonResponse({"error": _("That could not be read. Reload the page and try again.")}, status=400)
    try:
        answer = _do(slug, given)
    except UnknownSchool:
        raise Http404 from None
    except ChannelIsOff:
        words = _("Messages cannot be sent from here yet. Look at the school's page instead.")
        return JsonResponse({"error": words}, status=400)
    except (WrongAddress, Suppressed):
        words = _("This phone could not be signed up. Choose another way instead.")
        return JsonResponse({"error": words}, status=400)
    response = JsonResponse(answer)
    exchange.private(response)
    return response


def _do(slug: str, given: dict[str, Any]) -> dict[str, Any]:
    subscription = read_push_contact(given)
    if given["do"] == "look":
        return {"state": get_phone_state(slug=slug, subscription=subscription), "keeps": True}
    if given["do"] == "leave":
        keeps = leave_on_phone(slug=slug, subscription=subscription, now=timezone.now())
        return {"state": OnPhone.OFF, "keeps": keeps}
    asked = given.get("language")
    language = asked if isinstance(asked, str) and asked in CODES else page_language()
    state = follow_on_phone(slug=slug, language=language, subscription=subscription, now=timezone.now())
    return {"state": state, "keeps": True}
