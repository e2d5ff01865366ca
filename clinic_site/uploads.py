"""Taking uploads in."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class StaffUploadHandler(FileUploadHandler):
    """Keeps what staff upload in memory, at most UPLOAD_LIMIT bytes a request and one byte more.

    Of a larger file the rest is counted and let go, so that the form can say how large it was.
    Outside the admin no form takes a file, and none is kept.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not (self.request and self.request.path_info.startswith("/admin/")):
            raise SkipFile
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = settings.UPLOAD_LIMIT + 1 - self._all_kept
        self.kept.write(raw_data[: max(room, 0)])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._before = self._all_kept
        content = BytesIO(self.kept.getvalue())
        return InMemoryUploadedFile(
            content,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )

    # Bytes of the request's files that are complete.
    _before = 0

    @property
    def _all_kept(self) -> int:
        return self._before + self.kept.tell()
