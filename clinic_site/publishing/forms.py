"""The forms behind the editor of every page, and behind copying one: drafts always save, rules wait
until publishing."""

from copy import copy
from itertools import chain, count
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.blocks import StreamBlockValidationError

from .rules import Problem, block_refusals, problems_of

NOT_READY = _("Not ready for readers yet. What you typed is kept: “Save draft” always works.")


class PublishingForm(WagtailAdminPageForm):
    """Refuses to publish, schedule or submit a page that breaks its rules, each reason in its place."""

    def clean_slug(self) -> str:
        """The slug; with a number while readers cannot know the page and another one has it already.

        Else a second page of the same title would not even save as a draft.
        """
        slug: str = self.cleaned_data["slug"]
        page = self.instance
        if not slug or (page.pk and page.live):
            return slug
        numbered = chain([slug], (f"{slug}-{number}" for number in count(2)))
        is_free = page._slug_is_available  # noqa: SLF001  (what Wagtail's own form asks)
        return next(free for free in numbered if is_free(free, self.parent_page, page))

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.is_deferred_validation:
            self._show_problems()

    def _show_problems(self) -> None:
        # A row that lacks what it needs is asked for that first, and not judged.
        rows = {
            id(form.instance): form if form.is_valid() else None
            for formset in self._lists().values()
            for form in formset.forms
        }
        wrong = set(self.errors)
        in_lists = []
        for problem in problems_of(self._as_typed()):
            if problem.child is not None:
                if form := rows[id(problem.child)]:
                    _add(form, problem)
                    in_lists.append(str(problem))
            elif problem.field in self._lists():
                self.formsets[problem.field].non_form_errors().append(problem.reason)
                in_lists.append(str(problem))
            elif problem.field not in wrong:
                _add(self, problem)
        self._tell_all(in_lists)

    def _tell_all(self, in_lists: list[str]) -> None:
        """Everything once more at the head of the page.

        Wagtail lists all errors of the form there, by field, once one belongs to none of them; it
        leaves out the rows of lists, and says of blocks only that there is something.
        """
        for name, errors in self.errors.items():
            for error in errors.as_data():
                if isinstance(error, StreamBlockValidationError):
                    found = block_refusals(error, self[name].value())
                    error.message = " ".join(
                        f"{place}: {reason}" if place else reason for place, reason in found
                    )
        if self.errors or in_lists:
            for message in (*in_lists, NOT_READY):
                self.add_error(None, message)

    def _lists(self) -> dict[str, Any]:
        """The formsets of what hangs on the page, comments apart."""
        return {name: forms for name, forms in self.formsets.items() if name != "comments"}

    def _as_typed(self) -> Any:
        """The page with the rows just typed instead of those stored; nothing is saved by it."""
        page = copy(self.instance)
        page._cluster_related_objects = {}  # noqa: SLF001  (modelcluster: rows of the copy alone)
        for name, formset in self._lists().items():
            setattr(page, name, [form.instance for form in formset.forms if not _is_removed(form)])
        return page


def _is_removed(form: Any) -> bool:
    form.is_valid()
    return bool(form.cleaned_data.get("DELETE"))


def _add(form: Any, problem: Problem) -> None:
    if problem.field in form.fields:
        form.add_error(problem.field, problem.reason)
    elif problem.child is not None:
        form.add_error(None, problem.reason)
    else:
        form.add_error(None, str(problem))


class PublishingCopyForm(CopyForm):
    """Refuses to publish the copy of a page that breaks its rules; copied as a draft, it may be."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in ("publish_copies", "alias"):
            if cleaned.get(name):
                for problem in self._problems():
                    self.add_error(name, problem)
        return cleaned

    def _problems(self) -> list[str]:
        """What is wrong with the live page. Those below it come along as drafts if need be."""
        page = self.page.specific
        problems = problems_of(page) if page.live else []
        if not problems:
            return []
        refusal = gettext(
            "This page cannot be published as it is. Copy it as a draft and mend it first."
        )
        return [refusal, *(str(problem) for problem in problems)]
