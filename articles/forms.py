"""The form behind the article editor."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from .starter import refuse_publishing


class ArticlePageForm(WagtailAdminPageForm):
    """Tells the page whether a draft is being saved, so that rules of publishing wait."""

    def _post_clean(self) -> None:
        self.instance.is_draft_save = self.is_deferred_validation
        super()._post_clean()
        self.instance.is_draft_save = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.is_deferred_validation:
            refuse_publishing(self.instance.slug or cleaned.get("slug", ""))
        return cleaned
