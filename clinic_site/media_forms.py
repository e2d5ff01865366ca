"""The forms in which staff describe pictures and documents."""

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

MEGAPIXEL = 1_000_000
# How files of these kinds begin. What begins like one is sent as one, whatever else it holds.
BEGINNINGS = {".pdf": b"%PDF-", ".docx": b"PK", ".odt": b"PK", ".xlsx": b"PK"}


class ClinicImageForm(BaseImageForm):
    """Says in plain words what a picture may be."""

    class Meta(BaseImageForm.Meta):
        help_texts = {
            "title": gettext_lazy(
                "By this name you find the picture again. Example: Waiting room in Allen"
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):
            limits = {
                "size": filesizeformat(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE),
                "megapixels": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // MEGAPIXEL,
            }
            file.help_text = (
                _(
                    "A photo or drawing as JPEG, PNG, WebP or AVIF, at most %(size)s and %(megapixels)d "
                    "megapixels, and best at least 1600 pixels wide. Example: waiting-room.jpg"
                )
                % limits
            )
            file.error_messages |= {
                "invalid_image": _(
                    "This file is damaged or is no picture. Open it on your computer to see whether "
                    "it works, save it as JPEG or PNG, and choose it again."
                ),
                "invalid_image_extension": _(
                    "Pictures of this kind are not taken; an SVG drawing, for example, can carry a "
                    "program. Save it as JPEG or PNG, and choose it again."
                ),
                "invalid_image_known_format": _(
                    "The name ends in .%(extension)s, but the file holds %(image_format)s. Save it "
                    "as JPEG or PNG, and choose it again."
                ),
                "file_too_large": _(
                    "This file has %(file_size)s, and %(max_filesize)s is the most. Make the picture "
                    "smaller, for example 2000 pixels wide, and choose it again."
                ),
                "file_too_many_pixels": _(
                    "This picture is more than %(megapixels)d megapixels. Make it smaller, for "
                    "example 2000 pixels wide, and choose it again."
                )
                % limits,
            }


class ClinicDocumentForm(BaseDocumentForm):
    """Says in plain words what a document may be, and looks whether it is one."""

    class Meta(BaseDocumentForm.Meta):
        help_texts = {
            "title": gettext_lazy(
                "By this name you find the document again. Example: Form for new patients"
            ),
            "tags": gettext_lazy("Words by which you look for it. Example: forms, insurance"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):
            file.help_text = _(
                "A file of at most %(size)s, as PDF, DOCX, ODT, XLSX, CSV or TXT. Readers save it "
                "when they press its link. Example: new-patients.pdf"
            ) % {"size": filesizeformat(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)}
            file.error_messages["file_too_large"] = _(
                "This file has %(file_size)s, and %(max_filesize)s is the most. Make it smaller, for "
                "example with fewer pictures, and choose it again."
            )

    def clean_file(self) -> UploadedFile:
        """Refuses kinds that are not taken, and files that only bear the name of one."""
        file: UploadedFile = self.cleaned_data["file"]
        kind = PurePath(file.name or "").suffix.lower()
        if kind.removeprefix(".") not in settings.WAGTAILDOCS_EXTENSIONS:
            raise ValidationError(
                _(
                    "Documents of this kind are not taken. Save it as PDF, for example with "
                    "“Export as PDF”, and choose that file."
                )
            )
        beginning = file.read(5)
        file.seek(0)
        if not beginning.startswith(BEGINNINGS.get(kind, b"")):
            raise ValidationError(
                _(
                    "The name ends in %(kind)s, but the file is something else or damaged. Open it on "
                    "your computer, save it anew, and choose it again."
                )
                % {"kind": kind}
            )
        return file

    def _post_clean(self) -> None:
        # The model would judge a file that is refused already once more, as one without a name.
        refused = self.errors["file"].copy() if "file" in self.errors else None
        super()._post_clean()
        if refused is not None:
            self.errors["file"] = refused
