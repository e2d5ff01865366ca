"""The form behind the article editor."""

from wagtail.admin.forms import WagtailAdminPageForm


class ArticlePageForm(WagtailAdminPageForm):
    """Tells the page whether a draft is being saved, so that rules of publishing wait."""

    def _post_clean(self) -> None:
        self.instance.is_draft_save = self.is_deferred_validation
        super()._post_clean()
        self.instance.is_draft_save = False
