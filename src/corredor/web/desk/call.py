"""The telephone form: the operator records a caller's report and reads the tracking code back."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from corredor.flows.report.receive import Received, receive_report
from corredor.intake.enums import Source
from corredor.intake.new_report import NewReport
from corredor.kit.ids import new_token
from corredor.kit.languages import FIRST, find_code
from corredor.people.contact import Contact

from .access import Desk, at_desk
from .call_form import CallForm
from .call_script import lines_for, spell
from .refusal import REFUSALS, Refusal, refuse

# In the order of the conversation, in two columns; Tab goes down the first, then the second.
COLUMNS = (
    (
        ("first", ("someone_hurt",)),
        ("place", ("where_words",)),
        ("what", ("text", "is_there_now", "seen_by_sender", "seen")),
    ),
    (
        ("more", ("size_words", "uniform_words", "equipment_words", "heading_words")),
        ("near", ("irritant_used", "children_near")),
        ("back", ("contact",)),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One form field and its script line."""

    field: BoundField
    scripts: dict[str, str]  # by language


@dataclass(frozen=True, slots=True)
class Block:
    """A group of related questions."""

    key: str
    title: str
    lines: tuple[Line, ...]


@require_http_methods(["GET", "POST"])
@at_desk
def call(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Show the empty form, or the result of a submitted one."""
    if request.method == "GET":
        form = CallForm(initial={"call_id": new_token(), "language": find_code(request.GET.get("caller")) or FIRST})
        return _show(request, form)
    form = CallForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        received = _receive(form, desk)
    except REFUSALS as error:
        refusal = refuse(error)
        return _show(request, form, refusal=refusal, status=refusal.status)
    return _show_receipt(request, received, form.cleaned_data["language"])


def _receive(form: CallForm, desk: Desk) -> Received:
    return receive_report(
        NewReport(
            source=Source.PHONE,
            language=form.cleaned_data["language"],
            raw=form.raw_bytes(),
            fields=form.report_fields(now=desk.now),
            contact=Contact.parse_typed(form.cleaned_data["contact"]),
            provider_reference=f"call:{form.cleaned_data['call_id']}",
            taken_by=desk.user,
        ),
        now=desk.now,
    )


def _show(
    request: HttpRequest,
    form: CallForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "caller": find_code(form["language"].value()) or FIRST,
        "columns": [[_draw_block(form, key, names) for key, names in column] for column in COLUMNS],
        "greeting": lines_for("greeting"),
        "refusal": refusal,
    }
    response = render(request, "desk/call.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _show_receipt(request: HttpRequest, received: Received, language: str) -> HttpResponse:
    code = received.tracking_code
    context = {
        "number": f"R{received.report_id}",
        "report_id": received.report_id,
        "code": code,
        "groups": spell(code, language=language) if code else [],
        "language": language,
        "closing": lines_for("closing"),
    }
    response = render(request, "desk/call_done.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _draw_block(form: CallForm, key: str, names: tuple[str, ...]) -> Block:
    lines = tuple(Line(form[name], lines_for(name)) for name in names)
    return Block(key=key, title=_title(key), lines=lines)


def _title(key: str) -> str:
    return {
        "first": _("First"),
        "place": _("Where"),
        "what": _("What"),
        "more": _("Who and how many"),
        "near": _("Dangers"),
        "back": _("Call back"),
    }[key]
