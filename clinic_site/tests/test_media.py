"""Pictures and documents: what staff may upload, and how readers get it."""

from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.models import Collection

from clinic_site.models import ClinicImage

DOCUMENT = get_document_model()
ADD_IMAGE = "/admin/images/add/"
ADD_DOCUMENT = "/admin/documents/add/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>x()</script></svg>'
ZIP = b"PK\x03\x04 and so on"


def picture_file(
    name: str = "room.jpg", size: tuple[int, int] = (2000, 1000), kind: str = "JPEG"
) -> SimpleUploadedFile:
    """A real picture of two colours."""
    image = Image.new("RGB", size, "teal")
    image.paste("white", (0, 0, size[0] // 2, size[1]))
    content = BytesIO()
    image.save(content, kind)
    return SimpleUploadedFile(name, content.getvalue())


def make_image(name: str = "room.jpg", size: tuple[int, int] = (2000, 1000)) -> ClinicImage:
    image = ClinicImage(title="Room", description="The waiting room", file=picture_file(name, size))
    image._set_image_file_metadata()  # as the form does; what is cached goes by the file's hash
    image.save()
    image.contextual_alt_text, image.decorative = "The waiting room", False
    return image


def upload(client: Client, address: str, file: SimpleUploadedFile, **values: str) -> list[str]:
    """The errors at the file, as staff read them; empty when it was taken."""
    data = {"title": "A file", "file": file, "collection": Collection.get_first_root_node().pk}
    response = client.post(address, {**data, **values})
    if response.status_code == 302:
        return []
    return [str(error) for error in response.context["form"].errors["file"]]


# What readers get ------------------------------------------------------------------------------


@pytest.fixture
def figures(site: SimpleNamespace, client: Client) -> list[Tag]:
    """Two pictures on one page, as a browser gets them."""
    value = {"image": make_image(), "caption": "Allen"}
    site.questions.body = [("image", value), ("text", "<p>Between.</p>"), ("image", value)]
    site.questions.save()
    html = client.get("/common-questions/").content
    return list(BeautifulSoup(html, "html.parser").select("figure picture"))


def test_a_picture_comes_in_three_formats_and_four_widths(figures: list[Tag]) -> None:
    for figure in figures:
        sources = {str(s["type"]): str(s["srcset"]).split(", ") for s in figure.select("source")}
        assert list(sources) == ["image/avif", "image/webp"]
        image = figure.img
        assert image is not None
        for srcset in [*sources.values(), str(image["srcset"]).split(", ")]:
            assert [entry.split()[1] for entry in srcset] == ["400w", "800w", "1200w", "1600w"]
        assert str(image["src"]).endswith(".jpg")
        assert (image["width"], image["height"]) == ("400", "200")
        assert {str(tag["sizes"]) for tag in figure.select("source, img")} == {
            "(min-width: 44rem) 40rem, calc(100vw - 2rem)"
        }


def test_each_file_is_of_the_format_that_it_is_offered_as(
    figures: list[Tag], client: Client
) -> None:
    offered = {str(tag["srcset"]).split()[0] for tag in figures[0].select("source, img")}
    formats = {Image.open(BytesIO(client.get(address).getvalue())).format for address in offered}
    assert formats == {"AVIF", "WEBP", "JPEG"}


def test_the_first_picture_is_fetched_at_once_and_the_others_when_needed(
    figures: list[Tag],
) -> None:
    hints = [(f.img.get("loading"), f.img.get("fetchpriority")) for f in figures if f.img]
    assert hints == [("eager", "high"), ("lazy", None)]


def test_a_small_picture_is_never_blown_up(site: SimpleNamespace, client: Client) -> None:
    value = {"image": make_image(size=(500, 300)), "caption": ""}
    site.questions.body = [("image", value)]
    site.questions.save()
    soup = BeautifulSoup(client.get("/common-questions/").content, "html.parser")
    widths = {
        entry.split()[1] for tag in soup.select("figure img") for entry in tag["srcset"].split(", ")
    }
    assert widths == {"400w", "500w"}


def test_a_portrait_is_cut_around_the_focal_point(site: SimpleNamespace, client: Client) -> None:
    photo = make_image()
    # The white half is on the left: a box around it keeps the teal half out.
    photo.focal_point_x, photo.focal_point_y = 250, 500
    photo.focal_point_width = photo.focal_point_height = 400
    photo.save()
    site.clinician.photo = photo
    site.clinician.save()
    soup = BeautifulSoup(client.get("/").content, "html.parser")
    (portrait,) = soup.select("img.portrait")
    assert (portrait["alt"], portrait["width"], portrait["height"]) == ("", "96", "96")
    image = Image.open(BytesIO(client.get(str(portrait["src"])).getvalue()))
    assert image.size == (96, 96)
    assert min(image.getpixel((90, 48))) > 200


# Uploading pictures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jpg", "JPEG"),
        ("a.jpeg", "JPEG"),
        ("a.png", "PNG"),
        ("a.webp", "WEBP"),
        ("a.avif", "AVIF"),
    ],
)
def test_photos_and_drawings_are_taken(
    sign_in: Callable[..., Client], name: str, kind: str
) -> None:
    file = picture_file(name, (40, 30), kind)
    assert upload(sign_in("editor"), ADD_IMAGE, file, description="Six chairs") == []
    image = ClinicImage.objects.get()
    assert (image.width, image.height, image.description) == (40, 30, "Six chairs")


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.svg", SVG, "an SVG drawing, for example, can carry a program"),
        ("a.png", SVG, "The name ends in .png, but the file holds svg."),
        ("a.jpg", b"<html>", "This file is damaged or is no picture."),
        ("a.exe", b"MZ", "This file is damaged or is no picture."),
        (
            "a.jpg",
            picture_file(kind="PNG").read(),
            "The name ends in .jpeg, but the file holds png.",
        ),
        ("a.gif", picture_file(kind="GIF").read(), "Pictures of this kind are not taken"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(
    sign_in: Callable[..., Client], name: str, content: bytes, error: str
) -> None:
    file = SimpleUploadedFile(name, content)
    (message,) = upload(sign_in("editor"), ADD_IMAGE, file, description="Six chairs")
    assert error in message
    assert message.endswith("choose it again.")
    assert ClinicImage.objects.count() == 0


def test_a_picture_without_description_is_refused(sign_in: Callable[..., Client]) -> None:
    data = {"title": "A", "file": picture_file(), "collection": Collection.objects.get().pk}
    response = sign_in("editor").post(ADD_IMAGE, data)
    assert set(response.context["form"].errors) == {"description"}


@pytest.mark.parametrize("client_name", ["editor", "clinical_reviewer"])
def test_editors_and_clinical_reviewers_upload_pictures(
    sign_in: Callable[..., Client], client_name: str
) -> None:
    assert sign_in(client_name).get(ADD_IMAGE).status_code == 200


def test_a_large_photo_is_taken_whole(sign_in: Callable[..., Client]) -> None:
    """Larger than what Django keeps in memory by itself."""
    file = picture_file()
    file = SimpleUploadedFile("big.jpg", file.read() + b"\0" * (9 * 1024 * 1024))
    assert upload(sign_in("editor"), ADD_IMAGE, file, description="Six chairs") == []
    assert ClinicImage.objects.get().file.size == file.size


def test_too_many_bytes_are_refused_by_their_number(sign_in: Callable[..., Client]) -> None:
    file = SimpleUploadedFile("big.jpg", picture_file().read() + b"\0" * (12 * 1024 * 1024))
    (message,) = upload(sign_in("editor"), ADD_IMAGE, file, description="Six chairs")
    assert message == (
        "This file has 12.0\xa0MB, and 10.0\xa0MB is the most. Make the picture smaller, for example "
        "2000 pixels wide, and choose it again."
    )


def test_too_many_pixels_are_refused(sign_in: Callable[..., Client], settings: Any) -> None:
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 1_000_000
    client = sign_in("editor")
    (message,) = upload(client, ADD_IMAGE, picture_file(size=(1001, 1000)), description="A")
    assert message == (
        "This picture is more than 1 megapixels. Make it smaller, for example 2000 pixels wide, and "
        "choose it again."
    )
    assert upload(client, ADD_IMAGE, picture_file(size=(1000, 1000)), description="A") == []


def test_the_editor_of_a_picture_explains_description_and_focal_point(
    sign_in: Callable[..., Client],
) -> None:
    html = sign_in("editor").get(f"/admin/images/{make_image().pk}/").content.decode()
    words = ["it is read aloud to people who cannot see", "Drag a box around what must stay"]
    assert [text for text in words if text not in html] == []


# Uploading and reading documents ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7 and so on"),
        ("a.PDF", b"%PDF-1.7 and so on"),
        ("a.docx", ZIP),
        ("a.odt", ZIP),
        ("a.xlsx", ZIP),
        ("a.csv", b"a,b\n"),
        ("a.txt", b"Hello"),
    ],
)
def test_a_document_is_saved_and_never_shown(
    sign_in: Callable[..., Client], client: Client, name: str, content: bytes
) -> None:
    assert upload(sign_in("editor"), ADD_DOCUMENT, SimpleUploadedFile(name, content)) == []
    document = DOCUMENT.objects.get()
    response = client.get(document.url)
    assert response.getvalue() == content
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert client.get(f"/media/{document.file.name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.html", b"<html>", "Documents of this kind are not taken."),
        ("a.svg", SVG, "Documents of this kind are not taken."),
        ("a.docm", ZIP, "Documents of this kind are not taken."),
        ("a", b"%PDF-", "Documents of this kind are not taken."),
        ("a.pdf", b"<html>", "The name ends in .pdf, but the file is something else or damaged."),
        ("a.docx", b"MZ", "The name ends in .docx, but the file is something else or damaged."),
        ("a.pdf", b"%PDF-" + b"\0" * (10 * 1024 * 1024), "This file has 10.0\xa0MB"),
    ],
)
def test_a_document_that_could_harm_is_refused(
    sign_in: Callable[..., Client], name: str, content: bytes, error: str
) -> None:
    (message,) = upload(sign_in("editor"), ADD_DOCUMENT, SimpleUploadedFile(name, content))
    assert message.startswith(error)
    assert DOCUMENT.objects.count() == 0


# Taking uploads in -----------------------------------------------------------------------------


def kept(path: str, *contents: bytes) -> list[tuple[bytes, int]]:
    """What is kept of files sent in one request, each with the size that it had."""
    from django.test import RequestFactory

    data = {f"file{number}": SimpleUploadedFile("a.jpg", c) for number, c in enumerate(contents)}
    request = RequestFactory().post(path, data)
    return [(file.read(), file.size) for file in request.FILES.values()]


def test_only_what_fits_is_kept_and_all_of_it_is_counted(settings: Any) -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["clinic_site.uploads.StaffUploadHandler"]
    settings.UPLOAD_LIMIT = 4
    assert kept("/admin/images/add/", b"1234") == [(b"1234", 4)]
    assert kept("/admin/images/add/", b"123456") == [(b"12345", 6)]
    assert kept("/admin/images/add/", b"123", b"456") == [(b"123", 3), (b"45", 3)]


def test_visitors_send_no_files() -> None:
    assert kept("/book/", b"1234") == []


@pytest.mark.parametrize(
    "path", ["documents/a.pdf", "images/../documents/a.pdf", "images/a/b.jpg", "trial-access.json"]
)
def test_only_pictures_are_read_from_the_folder_of_uploads(
    client: Client, path: str, db: None
) -> None:
    assert client.get(f"/media/{path}").status_code == 404
