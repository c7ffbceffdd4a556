"""Children by age group and the adults they need: the form, and the results in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corredor.corridors.actions import MOST_OF_AGE, MOST_PER_ADULT, OfAge
from corredor.corridors.enums import CHILDREN_AN_ADULT, AgeGroup
from corredor.corridors.errors import WrongAges
from corredor.corridors.models import ChildrenOfAge, Plan, School
from corredor.flows.school import set_up as school_set_up
from corredor.flows.school.planning.adults import Adults, count_adults

from .access import AtSchool, step

PAGE = "schools:settings"


class AgesForm(forms.Form):
    """By age group: children who walk, and children per adult; with the source of the ratios, if not the default."""

    use_required_attribute = False
    rule = forms.CharField(
        label=gettext_lazy("If you change how many walk with one adult: whose rule is it?"),
        help_text=gettext_lazy("For example: our district's rule for field trips."),
        required=False,
        max_length=80,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in AgeGroup:
            self.fields[f"children{group}"] = _count_field(
                gettext_lazy("Children"), least=0, most=MOST_OF_AGE, required=False
            )
            self.fields[f"adult{group}"] = _count_field(gettext_lazy("For each adult"), least=1, most=MOST_PER_ADULT)

    @property
    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Return (name of the age group, number of children, children per adult)."""
        return [(str(group.label), self[f"children{group}"], self[f"adult{group}"]) for group in AgeGroup]


def _count_field(label: Any, *, least: int, most: int, required: bool = True) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "size": "4", "class": "input--count"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=required, widget=widget)


@step(PAGE)
def ages(request: HttpRequest, *, here: AtSchool) -> str:
    """Save the numbers by age group."""
    form = AgesForm(request.POST)
    if not form.is_valid():
        raise WrongAges
    given = form.cleaned_data
    rows = [
        OfAge(group, given[f"children{group}"] or 0, given[f"adult{group}"], given["rule"].strip())
        for group in AgeGroup
    ]
    school_set_up.set_ages(slug=here.school.slug, ages=rows, by=here.user, now=here.now)
    return _("Saved. The plan page says how many adults to ask for.")


def fill_form(school: School) -> AgesForm:
    """Return the form with the stored numbers, and default ratios elsewhere."""
    kept = {row.group: row for row in school.ages.all()}
    initial: dict[str, Any] = {"rule": next((row.rule for row in kept.values() if row.rule), "")}
    for group in AgeGroup:
        row = kept.get(group)
        initial[f"children{group}"] = row.children if row else None
        initial[f"adult{group}"] = row.per_adult if row else CHILDREN_AN_ADULT[group]
    return AgesForm(initial=initial)


def adults_of(plan: Plan, posts: int) -> Adults:
    """Return how many adults a plan version needs, with the current numbers of children by age."""
    return count_adults(posts=posts, ages=plan.school.ages.all())


def say_ratios(rows: Iterable[ChildrenOfAge]) -> str:
    """Return "One adult walks with 3 in kindergarten to grade 2, ..." and the source of the figures."""
    rows = [row for row in rows if row.children]
    if not rows:
        return ""
    each = [
        _("%(children)d in %(group)s") % {"children": row.per_adult, "group": _in_a_sentence(AgeGroup(row.group))}
        for row in sorted(rows, key=lambda row: list(AgeGroup).index(AgeGroup(row.group)))
    ]
    return " ".join([_("One adult walks with: %(each)s.") % {"each": "; ".join(each)}, *_say_sources(rows)])


def _say_sources(rows: list[ChildrenOfAge]) -> list[str]:
    changed = next((row.rule for row in rows if row.rule), "")
    kept = {row.group for row in rows if not row.rule}
    found = []
    if kept & {AgeGroup.K_2, AgeGroup.G3_5}:
        found.append(_("Up to grade 5: CDC 2000, as groups who walk with children quote it."))
    if AgeGroup.G6_8 in kept:
        found.append(_("For grades 6 to 8 we found no published figure; this one is ours."))
    if changed:
        found.append(_("Changed here: %(rule)s.") % {"rule": changed.rstrip(".")})
    return found


def _in_a_sentence(group: AgeGroup) -> str:
    names = {
        AgeGroup.K_2: _("kindergarten to grade 2"),
        AgeGroup.G3_5: _("grades 3 to 5"),
        AgeGroup.G6_8: _("grades 6 to 8"),
    }
    return names[group]
