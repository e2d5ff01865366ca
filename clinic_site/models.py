"""Pictures, which carry words for those who do not see them, the marks of changes, and scheduled runs."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

from .background.models import ScheduledRun

__all__ = ["ClinicImage", "ClinicRendition", "ContentChange", "ScheduledRun"]


class ClinicImage(AbstractImage):
    """Wagtail's image with a description that cannot be left out."""

    description = models.CharField(
        _("description"),
        max_length=255,
        help_text=_(
            "Say in one sentence what the picture shows, for people who cannot see it. It is read "
            "aloud to them in place of the picture. Leave out “picture of”. "
            "Example: The waiting room in Allen, with six chairs and a window."
        ),
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "collection",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    @property
    def default_alt_text(self) -> str:
        return self.description


class ClinicRendition(AbstractRendition):
    image = models.ForeignKey(ClinicImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_rendition"
            )
        ]


class ContentChange(models.Model):
    """A mark that something changed which readers can see: remembered/version.py reads them.

    The database's triggers leave them (remembered/changes.py). The number is random: PostgreSQL's
    sequences become visible out of order, and SQLite gives the number of a rolled back row again.
    """

    id = models.BigIntegerField(primary_key=True)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Change of {self.changed_at:%Y-%m-%d}"
