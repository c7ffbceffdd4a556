"""Verifies whether a message is ours, and publishes what is needed to check a signature offline."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from corredor.alerts.signing_keys import list_public_keys
from corredor.engines import signing
from corredor.flows.alert.check_message import LONGEST, check_message, get_signed
from corredor.flows.publish.view import NothingPublic
from corredor.kit.rate_limit import TokenBucket

from . import exchange
from .fields import WordsField

KEYS_S, PROOF_S = 3600, 300
# Global rate limit: enough for an alarmed neighborhood, too slow to guess codes (one in 26 billion is ours).
_turns = TokenBucket(per_s=20, most=200)


class MessageForm(forms.Form):
    """The message to verify."""

    text = WordsField(
        label=gettext_lazy("The message, or its link or code"),
        help_text=gettext_lazy("Copy the whole message and paste it here. It is compared and kept nowhere."),
        longest=LONGEST,
        rows=6,
    )


@exchange.form
def verify(request: HttpRequest) -> HttpResponse:
    """GET asks for the message; POST shows the result below the form. The pasted text is never in a URL."""
    if request.method != "POST":
        return render(request, "public/verify.html", {"form": MessageForm()})
    if not _turns.take():
        return exchange.refuse(request, _("Many people are asking just now. Try again in a minute."), 429)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return exchange.private(render(request, "public/verify.html", {"form": form}, status=422))
    checked = check_message(text=form.cleaned_data["text"], now=timezone.now())
    about = checked.incident
    context = {
        "form": form,
        "checked": checked,
        "is_drill": about.is_drill if about else None,
        "as_of": about.as_of if about else timezone.now(),
    }
    return exchange.private(render(request, "public/verify.html", context))


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Return the public signing keys of alerts: the current one, and earlier ones with the day of their replacement."""
    found = [
        signing.write_jwk(key.public)
        | {"pem": signing.write_pem(key.public)}
        | ({"until": key.until.isoformat()} if key.until else {})
        for key in list_public_keys()
    ]
    return _open_json({"keys": found}, KEYS_S)


@require_safe
def proof(request: HttpRequest, slug: str) -> HttpResponse:
    """Return one alert's signed text and signature."""
    try:
        signed = get_signed(slug=slug)
    except NothingPublic:
        raise Http404 from None
    content = {"signed": signed.text, "signature": signed.signature, "key": signed.key, "algorithm": "Ed25519"}
    return _open_json(content, PROOF_S)


def _open_json(content: Mapping[str, object], max_age_s: int) -> HttpResponse:
    response = JsonResponse(dict(content), json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={max_age_s}"
    return response
