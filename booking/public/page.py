"""The page that asks for an appointment, and the extra questions on it."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPMethod
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.forms.models import AbstractFormField, FormMixin
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from clinic_site.content_checks import Finding
from clinic_site.pages import BasePage
from clinic_site.publishing.rules import Problem
from clinic_site.remembered.memory import recall

from ..choices import RECEIPT_FIELD, RESERVED_FIELDS
from ..locations.hours import next_midnight
from ..locations.queries import announcements_change_at, offered_locations
from . import promises, views
from .content_checks import wording_findings
from .form.builder import BookingFormBuilder
from .page_forms import BookingPageForm
from .panels import BOOKING_PAGE_PANELS, QUESTION_PANELS
from .withdrawal import withdraw_request


class BookingPage(RoutablePageMixin, FormMixin, BasePage):
    """Asks for an appointment. The core questions are in code; staff add more with the form builder.

    `FormMixin` alone, not `AbstractEmailForm`: an address that answers are mailed to would break the
    promise made on the page.
    """

    introduction = RichTextField(
        _("introduction"),
        features=["bold", "link", "ul"],
        help_text=_(
            "Above the form: what to expect from it. Example: Tell us where and when you would like "
            "to come. This takes a few minutes."
        ),
    )
    next_steps = RichTextField(
        _("what happens next"),
        features=["bold", "ol", "ul"],
        help_text=_(
            "On the confirmation: when and how the clinic answers. "
            "Example: We reach you in the way you chose, and agree on a time."
        ),
    )
    confirmation_text = models.TextField(
        _("confirmation text"),
        help_text=_("Example: Thank you. We read every request on working days."),
    )
    answer_working_days = models.PositiveSmallIntegerField(
        _("working days until an answer"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_(
            "The confirmation promises an answer by the end of that many days on which the location is "
            "open, the day of the request not counted. Example: 2"
        ),
    )
    offers_receipt = models.BooleanField(
        _("offer a confirmation by e-mail"),
        default=True,
        help_text=_(
            "On: the form has a box for it. Whoever ticks it is mailed the reference, the clinic's name and "
            "phone number and the promised day, and nothing of the answers. Each language has its own switch. "
            "Example: off where the site has no mail server"
        ),
    )
    receipt_subject = models.CharField(
        _("subject of that e-mail"),
        max_length=80,
        blank=True,
        help_text=_(
            "Others may see it on a locked phone: name neither a treatment nor the kind of practice. "
            "Example: Your message to us"
        ),
    )
    receipt_sender = models.EmailField(
        _("sender of that e-mail"),
        blank=True,
        help_text=_(
            "An address of yours that the mail server may send from; empty for the site's own. "
            "Example: office@clinic.example"
        ),
    )
    retention_days = models.PositiveSmallIntegerField(
        _("days until a request is deleted"),
        default=365,
        help_text=_("Requests are deleted this many days after they arrived. Example: 365"),
    )

    base_form_class = BookingPageForm
    content_panels = BOOKING_PAGE_PANELS
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    # Made once by hand; "Translate" adds one for another language, with the same questions.
    max_count = 1
    page_description = _(
        "The form that asks for an appointment. There is one, under the home page."
    )
    allowed_http_methods: ClassVar[list[HTTPMethod]] = [
        *BasePage.allowed_http_methods,
        HTTPMethod.POST,
    ]
    preview_modes = [("form", _("Form")), ("landing", _("Confirmation"))]
    template = "booking/booking_page.html"
    landing_page_template = "booking/received.html"
    check_template = "booking/check.html"

    class Meta:
        verbose_name = _("booking page")
        verbose_name_plural = _("booking pages")

    def publishing_problems(self) -> Iterator[Problem]:
        yield from super().publishing_problems()
        yield from promises.problems(self)

    def content_findings(self) -> Iterator[Finding]:
        yield from super().content_findings()
        yield from wording_findings(self)

    @property
    def lead(self) -> str:
        """What stands above the form is no plain text."""
        return ""

    def variant_for(self, request: HttpRequest) -> None:
        """Each form has a token of its own, and what was typed belongs to one person."""
        return

    def reads_the_same_until(self) -> datetime:
        """When its calendar begins with another day, or it may announce other closings than now."""
        midnight = next_midnight(timezone.now(), timezone.get_default_timezone())
        return min(midnight, announcements_change_at() or midnight)

    def get_form_class(self) -> type[Any]:
        """The form of this page's questions; made once where content is in hand."""

        def make() -> type[Any]:
            return BookingFormBuilder(
                self.get_form_fields(),
                visit_kinds=[kind.label for kind in self.visit_kinds.all()],
                locations=offered_locations(),
                left_out=[] if self.offers_receipt else [RECEIPT_FIELD],
            ).get_form_class()

        return recall(("form class", self.pk), make)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The form, or the confirmation, as a visitor will see it."""
        view, args, kwargs = self.resolve_subpage("/received/" if mode_name == "landing" else "/")
        response: HttpResponse = view(request, *args, **kwargs)
        return response

    @path("")
    def ask(self, request: HttpRequest) -> HttpResponse:
        return views.ask(request, self)

    @path("send/", name="send")
    def send(self, request: HttpRequest) -> HttpResponse:
        return views.send(request, self)

    @path("check/", name="check")
    def check_answers(self, request: HttpRequest) -> HttpResponse:
        return views.check_answers(request, self)

    @path("change/", name="change")
    def change_answers(self, request: HttpRequest) -> HttpResponse:
        return views.change_answers(request, self)

    @path("received/", name="received")
    def received(self, request: HttpRequest) -> HttpResponse:
        return views.received(request, self)

    @path("withdraw/", name="withdraw")
    def withdraw(self, request: HttpRequest) -> HttpResponse:
        return withdraw_request(request, self)


class VisitKind(Orderable):
    """One of the answers to "What kind of visit?"; a page without any does not ask."""

    page = ParentalKey(BookingPage, on_delete=models.CASCADE, related_name="visit_kinds")
    label = models.CharField(
        _("kind of visit"), max_length=80, help_text=_("As patients call it. Example: Follow-up")
    )

    panels: ClassVar[list[Any]] = [FieldPanel("label")]

    class Meta(Orderable.Meta):
        verbose_name = _("kind of visit")
        verbose_name_plural = _("kinds of visit")

    def __str__(self) -> str:
        return self.label


class BookingFormField(AbstractFormField):
    """An extra question. Its `clean_name` is made from the first label and never changes.

    A page that is translated brings its questions along with their keys. A question that is added to
    the translation later says which one it stands for.
    """

    page = ParentalKey(BookingPage, on_delete=models.CASCADE, related_name="form_fields")
    same_as = models.ForeignKey(
        "booking.Question",
        verbose_name=_("same question as"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Only for a question that is asked in another language already: choose it, and the answers "
            "to both stand in one column of exports. Example: How did you hear about us?"
        ),
    )

    panels = QUESTION_PANELS

    def get_field_clean_name(self) -> str:
        """The key of the question: never empty, never that of a core question."""
        if self.same_as is not None:
            return str(self.same_as.key)
        return _not_reserved(super().get_field_clean_name() or "question")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.same_as is not None:
            self.clean_name = self.same_as.key
        # A draft may hold a key from before there was a core question of that name.
        self.clean_name = _not_reserved(self.clean_name)
        super().save(*args, **kwargs)


def _not_reserved(name: str) -> str:
    return f"extra_{name}" if name in RESERVED_FIELDS else name
