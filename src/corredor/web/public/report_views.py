"""The report form: one question per page, nothing stored before submission."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from corredor.flows.report.receive import receive_report
from corredor.intake.enums import Source
from corredor.intake.errors import EmptyReport, ReportTooLong, SeenInFuture
from corredor.intake.new_report import NewReport, ReportFields
from corredor.intake.photos import LARGEST_BYTES, MOST_PHOTOS, UploadedPhoto, WrongPhoto
from corredor.web.language import page_language

from . import exchange, map_view
from .answers import Answers, BrokenAnswers, seal, unseal
from .place_guess import guess_place, named_place, needs_question
from .report_steps import LEFT, STEP_BY_NAME, STEPS, THERE, TOLD, ContactForm, Step, WhenForm, WhichForm
from .report_summary import chosen_place, summarise

PURPOSE = "report"
FIRST, CHECK = "what", "check"
# Fields saved as a draft on the phone. Not "right now", which expires, and not the contact, which is private.
DRAFTED = ("what", "where", "which", "who")


@exchange.form
def report(request: HttpRequest) -> HttpResponse:
    """GET: show the first question. POST: store one answer and show the next page, or submit."""
    if request.method != "POST":
        return _show_step(request, Answers(), FIRST)
    try:
        answers = unseal(request.POST.get("state", ""), purpose=PURPOSE)
    except BrokenAnswers:
        return _show_step(
            request,
            Answers(),
            FIRST,
            notice=_("This page was too old or came damaged, so please begin again. Nothing has been sent."),
        )
    name, go = request.POST.get("step", ""), request.POST.get("go", "next")
    if name == CHECK:
        return _send(request, answers) if go == "send" else _go_to_page(request, answers, CHECK, go)
    if name not in STEP_BY_NAME:
        return _show_step(request, answers, FIRST)
    return _accept_answer(request, answers, name, go)


def _accept_answer(request: HttpRequest, answers: Answers, name: str, go: str) -> HttpResponse:
    """Store one page's answer if it is valid, then go to the next page."""
    form = _bind(answers, name, request.POST)
    answers.keep(name, request.POST, list(form.fields), at=timezone.now().timestamp())
    is_sound = form.is_valid()
    if is_sound:
        _store_place_guess(answers, name, form.cleaned_data)
    if go != "next":
        return _go_to_page(request, answers, name, go)
    if not is_sound:
        return _show_step(request, answers, name, form=form)
    following = _next_step(answers, name)
    if answers.is_checking and following != "which":
        following = CHECK
    return _show(request, answers, following)


def _store_place_guess(answers: Answers, name: str, cleaned: dict[str, Any]) -> None:
    """Store the interpretation of the words for a place. A point set by the reporter needs none."""
    if name == "what" and "where" not in answers.typed:
        answers.extra["named"] = named_place(cleaned["words"])
    elif name == "where":
        answers.extra["guess"] = guess_place("" if cleaned["lat"] is not None else cleaned["where"])
        answers.typed.pop("which", None)
    elif name == "which" and cleaned.get("more"):
        where = (answers.typed["where"].get("where") or [""])[0]
        answers.extra["read"] = guess_place(f"{where}, {cleaned['more']}")["places"][:1]


def _go_to_page(request: HttpRequest, answers: Answers, name: str, go: str) -> HttpResponse:
    """Stay (language change), go back, or go to the page whose answer is to be changed."""
    if go == "stay":
        return _show(request, answers, name)
    if go == "back":
        answers.is_checking = False
        return _show(request, answers, _step_before(answers, name))
    target = go.removeprefix("change-")
    answers.is_checking = target in STEP_BY_NAME
    return _show(request, answers, target if answers.is_checking else FIRST)


def _show(request: HttpRequest, answers: Answers, name: str) -> HttpResponse:
    return _show_check(request, answers) if name == CHECK else _show_step(request, answers, name)


def _show_step(
    request: HttpRequest,
    answers: Answers,
    name: str,
    *,
    form: forms.Form | None = None,
    notice: str = "",
) -> HttpResponse:
    form = form or _unbound(answers, name)
    names = _step_names(answers)
    return render(
        request,
        f"public/report/{name}.html",
        {
            "form": form,
            "step": STEP_BY_NAME[name],
            "number": names.index(name) + 1,
            "total": len(names) + 1,
            "state": seal(answers, purpose=PURPOSE) if answers.token else "",
            "is_first": name == FIRST,
            "draft": PURPOSE if name in DRAFTED else "",
            "is_checking": answers.is_checking,
            "someone_hurt": _is_someone_hurt(answers),
            "notice": notice,
            "map": map_view.pick_map() if name == "where" else None,
        },
    )


def _show_check(request: HttpRequest, answers: Answers, *, problem: str = "", photo_problem: str = "") -> HttpResponse:
    answers.is_checking = False
    return render(
        request,
        "public/report/check.html",
        {
            "rows": summarise(answers, _cleaned(answers)),
            "state": seal(answers, purpose=PURPOSE),
            "number": len(_step_names(answers)) + 1,
            "total": len(_step_names(answers)) + 1,
            "someone_hurt": _is_someone_hurt(answers),
            "problem": problem,
            "photo_problem": photo_problem,
            "most_photos": MOST_PHOTOS,
        },
    )


def _send(request: HttpRequest, answers: Answers) -> HttpResponse:
    for step in STEPS:  # a skipped page, or a request not made by our form
        if step.name in _step_names(answers) and not _is_answered(answers, step):
            return _show_step(request, answers, step.name, form=_bind(answers, step.name, answers.data_of(step.name)))
    cleaned = _cleaned(answers)
    try:
        received = receive_report(
            NewReport(
                source=Source.WEB,
                language=page_language(),
                raw=_list_raw_fields(answers),
                fields=_fields(answers, cleaned),
                contact=cleaned["contact"].get("contact"),
                photos=[UploadedPhoto(file.read(LARGEST_BYTES + 1)) for file in _photos(request)],
                provider_reference=answers.token,
            ),
            now=timezone.now(),
        )
    except WrongPhoto as error:
        return _show_check(request, answers, photo_problem=_photo_words(error))
    except EmptyReport:
        return _show_step(request, answers, FIRST, notice=_("There is nothing in this report yet."))
    except ReportTooLong as error:
        words = _("One of the answers is longer than %(limit)d letters. Please make it shorter.")
        return _show_check(request, answers, problem=words % {"limit": error.limit})
    except SeenInFuture:
        return _show_step(request, answers, "when", notice=_("That time has not come yet. Check the day and the hour."))
    context = {"code": received.tracking_code, "someone_hurt": _is_someone_hurt(answers)}
    return exchange.private(render(request, "public/report/sent.html", context))


def _photos(request: HttpRequest) -> list[Any]:
    # An empty file field is submitted as one file without a name.
    files = [file for file in request.FILES.getlist("photos") if file.name and file.size]
    return files[: MOST_PHOTOS + 1]


def _photo_words(error: WrongPhoto) -> str:
    words = {
        "TOO_MANY": _("At most %(most)d photos can be sent with one report."),
        "TOO_LARGE": _("Photo %(position)d is too large. A screenshot of it will do."),
        "HEIC": _("Photo %(position)d is in a format (HEIC) that we cannot open. A screenshot of it will do."),
        "UNREADABLE": _("File %(position)d is not a picture that we can open. Choose a JPEG or PNG photo."),
    }[error.reason]
    again = _("Your answers are still here; please choose the photos again, or send without them.")
    return f"{words % {'most': MOST_PHOTOS, 'position': error.position}} {again}"


def _step_names(answers: Answers) -> list[str]:
    """Return this report's pages: "which" is included only if the place is ambiguous."""
    is_unsure = needs_question(answers.extra.get("guess") or {})
    return [step.name for step in STEPS if step.name != "which" or is_unsure]


def _next_step(answers: Answers, name: str) -> str:
    names = _step_names(answers)
    at = names.index(name) + 1 if name in names else names.index("where") + 1
    return names[at] if at < len(names) else CHECK


def _step_before(answers: Answers, name: str) -> str:
    names = _step_names(answers)
    at = len(names) if name == CHECK else names.index(name) if name in names else 1
    return names[max(at - 1, 0)]


def _bind(answers: Answers, name: str, data: Any) -> forms.Form:
    form_class = STEP_BY_NAME[name].form
    if issubclass(form_class, WhichForm):
        return form_class(data or {}, guess=answers.extra.get("guess"))
    return form_class(data or {})


def _unbound(answers: Answers, name: str) -> forms.Form:
    """Return the page's form with earlier input, unvalidated."""
    form_class = STEP_BY_NAME[name].form
    typed = {key: values[-1] if values else "" for key, values in answers.typed.get(name, {}).items()}
    if issubclass(form_class, WhichForm):
        return form_class(initial=typed, guess=answers.extra.get("guess"))
    if name == "where" and not typed:
        typed = {"where": answers.extra.get("named", "")}  # prefilled from an earlier page
    return form_class(initial=typed)


def _is_answered(answers: Answers, step: Step) -> bool:
    data = answers.data_of(step.name)
    return data is not None and _bind(answers, step.name, data).is_valid()


def _cleaned(answers: Answers) -> dict[str, dict[str, Any]]:
    """Return the cleaned data of all pages; pages that are missing or invalid contribute nothing."""
    found: dict[str, dict[str, Any]] = {}
    for step in STEPS:
        form = _bind(answers, step.name, answers.data_of(step.name))
        form.is_valid()
        found[step.name] = form.cleaned_data
        if isinstance(form, WhenForm):
            said_at = answers.said_at.get(step.name)
            moment = datetime.fromtimestamp(said_at, UTC) if said_at else timezone.now()
            found[step.name]["moment"] = form.get_seen_at(said_at=moment)
    return found


def _fields(answers: Answers, cleaned: dict[str, dict[str, Any]]) -> ReportFields:
    where, who, when, danger = (cleaned[name] for name in ("where", "who", "when", "danger"))
    lat, lon = _point(answers, cleaned)
    witness = when.get("witness")
    return ReportFields(
        text=cleaned["what"].get("words", ""),
        where_words=". ".join(filter(None, [where.get("where", ""), cleaned["which"].get("more", "")])),
        heading_words=where.get("heading", ""),
        size_words=who.get("size", ""),
        uniform_words=who.get("uniform", ""),
        equipment_words=who.get("equipment", ""),
        seen_at=when.get("moment"),
        seen_by_sender={THERE: True, LEFT: True, TOLD: False}.get(witness or ""),
        is_there_now={THERE: True, LEFT: False}.get(witness or ""),
        someone_hurt=danger.get("hurt"),
        irritant_used=danger.get("gas"),
        children_near=danger.get("children"),
        offered_lat=lat,
        offered_lon=lon,
    )


def _point(answers: Answers, cleaned: dict[str, dict[str, Any]]) -> tuple[float | None, float | None]:
    """Return the location: the phone's or map's point, else the candidate chosen from our list."""
    where = cleaned["where"]
    if where.get("lat") is not None:
        return where["lat"], where["lon"]
    chosen = chosen_place(answers, cleaned)
    return (chosen["lat"], chosen["lon"]) if chosen else (None, None)


def _is_someone_hurt(answers: Answers) -> bool:
    return answers.typed.get("danger", {}).get("hurt") == ["yes"]


def _list_raw_fields(answers: Answers) -> bytes:
    """Return the raw form fields, without the contact: that is sealed separately and erased after its retention time,
    while the raw fields are never changed.
    """
    typed = {name: answers.typed[name] for name in answers.typed if STEP_BY_NAME[name].form is not ContactForm}
    return json.dumps({"form": PURPOSE, "typed": typed, "said_at": answers.said_at}, ensure_ascii=False).encode(
        errors="replace"
    )
