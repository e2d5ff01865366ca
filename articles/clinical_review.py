"""The step of a workflow at which a clinician of the practice checks what is to be published."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import AbstractGroupApprovalTask, TaskState

from clinic_site.clinic_time import clinic_today
from clinic_site.publishing.gates import PublishingRefused
from clinic_site.publishing.rules import Problem

NOT_A_CLINICIAN = _(
    "Your account does not belong to a published clinician, so readers could not be told who reviewed "
    "this. Ask an administrator to choose your account under Clinicians, on the page with your name."
)


class ReturnForm(TaskStateCommentForm):
    """Sends a page back; without a word on what to change, that helps nobody."""

    comment = forms.CharField(
        label=_("What should be changed?"),
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The writer reads this. Example: Please add that the effect can wear off."),
    )


class ClinicalReviewTask(AbstractGroupApprovalTask):
    """Approval by a clinical reviewer. An article takes reviewer and dates from it."""

    class Meta:
        verbose_name = _("clinical review")
        verbose_name_plural = _("clinical reviews")

    @classmethod
    def get_description(cls) -> str:
        return str(
            _("Members of the chosen groups approve; an article takes reviewer and dates from them")
        )

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        if not super().get_actions(obj, user):
            return []
        return [
            ("reject", _("Return with a comment"), True),
            # In the editor Wagtail adds "and Publish".
            ("approve", _("Approve"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    def get_form_for_action(self, action: str) -> type[TaskStateCommentForm]:
        return ReturnForm if action == "reject" else TaskStateCommentForm

    def get_template_for_action(self, action: str) -> str:
        return "articles/admin/approve.html" if action == "approve" else ""

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Approval of an article by somebody who is no clinician is refused: it would name nobody."""
        if action_name == "approve":
            self._record_review(task_state, user)
        return super().on_action(task_state, user, action_name, **kwargs)

    def _record_review(self, task_state: TaskState, user: Any) -> None:
        """Put reviewer and dates into a new version, the one that is then published."""
        page = task_state.workflow_state.content_object
        content = page.get_latest_revision().as_object()
        if not hasattr(content, "record_review"):
            return
        clinician = getattr(user, "clinician", None)
        if clinician is None or not clinician.live:
            raise PublishingRefused(content, [Problem(str(NOT_A_CLINICIAN))])
        content.record_review(clinician, clinic_today())
        task_state.revision = content.save_revision(user=user, log_action=True, clean=False)
        page.latest_revision = task_state.revision  # what the workflow publishes
