"""The form that asks where a page is copied to, and whether its copy is published."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import CopyForm

from .publishing import problems_of


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
        refusal = _("This page cannot be published as it is. Copy it as a draft and mend it first.")
        return [refusal, *(str(problem) for problem in problems)]
