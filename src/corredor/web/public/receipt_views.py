""" "My report": with the tracking code a reporter sees its status, adds to it, asks, or withdraws it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corredor.flows.report.receive import add_to_report, ask_about_report, show_report, withdraw_report
from corredor.intake.errors import AlreadyWithdrawn, EmptyReport, ReportTooLong, UnknownTrackingCode
from corredor.intake.new_report import LONGEST_TEXT

from . import exchange
from .fields import WordsField


class CodeForm(forms.Form):
    """The tracking code."""

    code = forms.CharField(
        label=gettext_lazy("Your code"),
        help_text=gettext_lazy(
            "Twelve letters and digits, as in 7KQF-3HTX-WJ9M. Large or small letters do not matter."
        ),
        max_length=64,
        error_messages={"required": gettext_lazy("Write the code you got when you sent your report.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code-input"}
        ),
    )


class SayForm(forms.Form):
    """More text or a question, depending on the button pressed."""

    text = WordsField(
        label=gettext_lazy("Something more, or a question"),
        help_text=gettext_lazy("For example what you see now, or what you want to know."),
        longest=LONGEST_TEXT // 2,
        rows=4,
    )


def _say_form(data: Any = None) -> SayForm:
    return SayForm(data, auto_id="say_%s")


@exchange.form
def receipt(request: HttpRequest) -> HttpResponse:
    """GET: ask for the code. POST: open the report, or perform one action. The code is never in a URL."""
    if request.method != "POST":
        return render(request, "public/receipt/ask.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, form)
    code, action = form.cleaned_data["code"], request.POST.get("go", "open")
    try:
        return _act(request, code, action)
    except UnknownTrackingCode:
        form.add_error(
            "code", _("We know no report with this code. Check each letter; there is no O, I, S or B in it.")
        )
        return _ask_again(request, form)


def _ask_again(request: HttpRequest, form: CodeForm) -> HttpResponse:
    return exchange.private(render(request, "public/receipt/ask.html", {"form": form}))


def _act(request: HttpRequest, code: str, action: str) -> HttpResponse:
    if action in ("add", "ask"):
        return _say(request, code, action)
    if action == "sure":
        return _show(request, code, is_sure_asked=True)
    if action == "withdraw":
        withdraw_report(code=code, now=timezone.now())
        return _show(request, code, done=_("Your report is withdrawn. Your number or address is erased."))
    return _show(request, code)


def _say(request: HttpRequest, code: str, action: str) -> HttpResponse:
    form = _say_form(request.POST)
    if not form.is_valid():
        return _show(request, code, wrong=form)
    say = add_to_report if action == "add" else ask_about_report
    try:
        say(code=code, text=form.cleaned_data["text"], now=timezone.now())
    except EmptyReport:
        form.add_error("text", _("Write a few words here."))
    except ReportTooLong as error:
        form.add_error("text", _("At most %(limit)d letters, please.") % {"limit": error.limit})
    except AlreadyWithdrawn:
        form.add_error("text", _("This report is withdrawn, so nothing more can be added. You can send a new one."))
    else:
        thanks = (
            _("Added. The team sees it with your report.") if action == "add" else _("Asked. Look here for the answer.")
        )
        return _show(request, code, done=thanks)
    return _show(request, code, wrong=form)


def _show(
    request: HttpRequest,
    code: str,
    *,
    done: str = "",
    is_sure_asked: bool = False,
    wrong: SayForm | None = None,
) -> HttpResponse:
    """Show the report's page; ``wrong`` is the form with errors."""
    context = {
        "receipt": show_report(code=code, now=timezone.now()),
        "code": code,
        "done": done,
        "is_sure_asked": is_sure_asked,
        "form": wrong or _say_form(),
        "wrong": wrong,
    }
    return exchange.private(render(request, "public/receipt/show.html", context))
