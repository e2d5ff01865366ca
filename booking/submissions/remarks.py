"""What is to be known about a stored request beside its answers: doubts and corrections, in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from ..choices import Doubt
from .models import Submission


def with_corrections(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """The rows with `corrects` and `corrected_by`: the references before and after each, or None."""
    same_form = Submission.objects.filter(form_digest=OuterRef("form_digest"))
    before = same_form.filter(correction__lt=OuterRef("correction")).order_by("-correction")
    after = same_form.filter(correction__gt=OuterRef("correction")).order_by("-correction")
    return rows.annotate(
        corrects=Subquery(before.values("reference")[:1]),
        corrected_by=Subquery(after.values("reference")[:1]),
    )


def of_same_form(request: Submission) -> QuerySet[Submission]:
    """The other requests that were sent with its form, in the order of their arrival."""
    others = Submission.objects.filter(form_digest=bytes(request.form_digest))
    return others.exclude(pk=request.pk).order_by("correction")


def remarks(request: Submission) -> list[str]:
    """In the active language, of a row from `with_corrections`; of most requests there are none."""
    about = Corrections(request.corrects or "", request.corrected_by or "")  # type: ignore[attr-defined]
    return remarks_of(request, about)


def remarks_of(row: Any, about: "Corrections | None") -> list[str]:
    """The same of a row's columns (by_phone, doubt, correction) and what `corrections_of` knows about it."""
    about = about or Corrections()
    found = [str(_("By phone"))] if row.by_phone else []
    if row.doubt:
        found.append(str(Doubt(row.doubt).label) if row.doubt in Doubt.values else row.doubt)
    if about.corrects:
        found.append(_("Corrects %(reference)s") % {"reference": about.corrects})
    elif row.correction:
        found.append(_("Corrects a request that was deleted"))
    if about.corrected_by:
        words = {"reference": about.corrected_by}
        found.append(_("Corrected by %(reference)s: read both") % words)
    return found


@dataclass(frozen=True)
class Corrections:
    """The references before and after a request that was sent with the same form; or nothing."""

    corrects: str = ""
    corrected_by: str = ""


def corrections_of(rows: Iterable[Any]) -> dict[UUID, Corrections]:
    """By the rows' keys, what `with_corrections` tells of each; those that it tells nothing of are left
    out. One query for all: asking for each row takes as long as reading it."""
    rows = list(rows)
    forms = [bytes(row.form_digest) for row in rows]
    corrected = Submission.objects.filter(form_digest__in=forms, correction__gt=0)
    sent = defaultdict(list)
    same_forms = Submission.objects.filter(
        form_digest__in=corrected.order_by().values("form_digest")
    )
    columns = ("form_digest", "correction", "reference")
    for form, correction, reference in same_forms.order_by().values_list(*columns):
        sent[bytes(form)].append((correction, reference))
    found = {}
    for row in rows:
        of_form = sent.get(bytes(row.form_digest), [])
        before = [each for each in of_form if each[0] < row.correction]
        after = [each for each in of_form if each[0] > row.correction]
        if before or after:
            found[row.id] = Corrections(
                *(max(each, default=(0, ""))[1] for each in (before, after))
            )
    return found
