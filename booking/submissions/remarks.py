"""What is to be known about a stored request beside its answers: doubts and corrections, in words."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

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
    corrects: str | None = request.corrects  # type: ignore[attr-defined]
    corrected_by: str | None = request.corrected_by  # type: ignore[attr-defined]
    found = [_("By phone")] if request.by_phone else []
    if request.doubt:
        found.append(str(request.get_doubt_display()))
    if corrects:
        found.append(_("Corrects %(reference)s") % {"reference": corrects})
    elif request.correction:
        found.append(_("Corrects a request that was deleted"))
    if corrected_by:
        found.append(_("Corrected by %(reference)s: read both") % {"reference": corrected_by})
    return found
