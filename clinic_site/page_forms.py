"""The form behind the editor of every page: drafts always save, rules wait until publishing."""

from copy import copy
from itertools import chain, count
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamBlockValidationError

from .publishing import Problem, block_refusals, problems_of

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
            self._hold_to_rules()

    def _hold_to_rules(self) -> None:
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
