"""What staff see in previews before anything is published."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from articles.blocks import ArticleBody
from booking.models import Submission


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("home", "Care that takes its time"),
        ("articles", "How does ketamine work for depression?"),
        ("article", "Breathing can slow down."),
        ("questions", "Common questions"),
        ("book", "Your name"),
    ],
)
def test_every_page_type_previews_its_draft(
    site: SimpleNamespace, sign_in: Callable[..., Client], name: str, expected: str
) -> None:
    page = getattr(site, name)
    page.save_revision()
    response = sign_in("clinical_reviewer").get(
        reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    )
    assert (response.status_code, expected in response.content.decode()) == (200, True)


def test_the_editor_alone_may_frame_a_preview(
    site: SimpleNamespace, sign_in: Callable[..., Client], client: Client
) -> None:
    site.article.save_revision()
    address = reverse("wagtailadmin_pages:view_draft", args=[site.article.pk])
    preview = sign_in("editor").get(address)
    page = client.get("/articles/how-does-ketamine-work-for-depression/")
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert page["X-Frame-Options"] == "DENY"
    policies = [
        set(response["Content-Security-Policy"].split("; ")) for response in (preview, page)
    ]
    assert policies[0] ^ policies[1] == {"frame-ancestors 'self'", "frame-ancestors 'none'"}
    assert "frame-ancestors 'self'" in policies[0]


def test_the_booking_page_previews_its_confirmation_and_stores_nothing(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    site.book.save_revision()
    assert [mode for mode, _label in site.book.preview_modes] == ["form", "landing"]
    response = site.book.make_preview_request(preview_mode="landing")
    text = response.content.decode()
    assert ("SAMPLE" in text, "not yet an appointment" in text) == (True, True)
    assert Submission.objects.count() == 0


def test_a_clinician_has_a_preview(site: SimpleNamespace) -> None:
    text = site.clinician.make_preview_request().content.decode()
    assert ("Ada Example, M.D." in text, "Psychiatrist" in text) == (True, True)


@pytest.mark.parametrize("name", [*ArticleBody().child_blocks])
def test_every_block_previews_with_the_sites_own_styles(
    site: SimpleNamespace, sign_in: Callable[..., Client], name: str
) -> None:
    stream = type(site.article)._meta.get_field("body").stream_block
    identity = stream.child_blocks[name].definition_prefix
    client = sign_in("editor")
    response = client.get(reverse("wagtailadmin_block_preview"), {"id": identity})
    text = response.content.decode()
    assert (response.status_code, "clinic/css/site.css" in text) == (200, True)
