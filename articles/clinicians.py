"""The people who treat patients here."""

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from clinic_site.languages import LocalText, local_text

from .choices import ClinicianKind
from .panels import CLINICIAN_PANELS


class Clinician(  # type: ignore[django-manager-missing]  # Wagtail's page manager has no types
    WorkflowMixin, DraftStateMixin, RevisionMixin, PreviewableMixin, index.Indexed, models.Model
):
    """Somebody who treats patients here. Named as author or reviewer, and on the team list."""

    name = models.CharField(_("name"), max_length=120, help_text=_("Example: Clayton L. Allison"))
    credentials = models.CharField(
        _("credentials"),
        max_length=60,
        blank=True,
        help_text=_("Letters after the name. Example: M.D."),
    )
    role = models.CharField(_("role"), max_length=120, help_text=_("Example: Psychiatrist"))
    kind = models.CharField(
        _("kind"),
        max_length=24,
        choices=ClinicianKind.choices,
        default=ClinicianKind.OTHER,
        help_text=_("Decides who can supervise others. Example: Physician"),
    )
    biography = models.TextField(
        _("biography"),
        blank=True,
        help_text=_(
            "Training and experience in two to four plain sentences. "
            "Example: Dr. Lee trained in Dallas and has seen adults with depression since 2015."
        ),
    )
    role_es = models.CharField(
        _("role in Spanish"), max_length=120, blank=True, help_text=_("Example: Psiquiatra")
    )
    biography_es = models.TextField(
        _("biography in Spanish"),
        blank=True,
        help_text=_(
            "Shown on Spanish pages. Empty: the English text, marked as English. "
            "Example: La Dra. Lee atiende a personas adultas con depresión desde 2015."
        ),
    )
    photo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Shown as a round portrait; set the focal point of the picture to the face. "
            "Example: a photo from the shoulders up"
        ),
    )
    supervising_physician = models.ForeignKey(
        "self",
        verbose_name=_("supervising physician"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="supervised",
        limit_choices_to={"kind": ClinicianKind.PHYSICIAN},
        help_text=_(
            "For nurse practitioners, where the law asks for one. Example: Clayton L. Allison, M.D."
        ),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="clinician",
        help_text=_(
            "The account this person signs in with: articles that it approves name this person as "
            "reviewer, as soon as you publish this. Only administrators see it. Example: c.allison"
        ),
    )
    sort_order = models.PositiveSmallIntegerField(
        _("position"),
        default=100,
        help_text=_("Lower numbers stand first on the team list. Example: 10"),
    )

    panels = CLINICIAN_PANELS
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("clinician")
        verbose_name_plural = _("clinicians")

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name with its credentials: "Clayton L. Allison, M.D."."""
        return f"{self.name}, {self.credentials}" if self.credentials else self.name

    @property
    def role_here(self) -> LocalText:
        return local_text(self, "role")

    @property
    def biography_here(self) -> LocalText:
        return local_text(self, "biography")

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "articles/clinician_preview.html"
