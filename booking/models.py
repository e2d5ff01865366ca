"""Where patients are seen, the page that asks for an appointment, and the sealed requests."""

import uuid
from collections.abc import Iterator
from datetime import date, time
from http import HTTPMethod
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.contrib.forms.models import AbstractFormField, FormMixin
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField
from wagtail.models import Orderable
from wagtail.search import index

from clinic_site.languages import LocalText, local_text
from clinic_site.pages import BasePage
from clinic_site.phones import phone_link
from clinic_site.publishing import Problem

from . import promises
from .choices import RESERVED_FIELDS, TIME_SPANS, PreferredTime, Status, Weekday
from .opening import OpenState, federal_holiday, grouped, state_at
from .page_forms import BookingPageForm
from .panels import BOOKING_PAGE_PANELS, HOURS_PANELS, LOCATION_PANELS, QUESTION_PANELS
from .privacy_check.models import PrivacyCheck  # noqa: F401  (Django looks for models here)
from .vault import holders


class Location(index.Indexed, ClusterableModel):
    """A place where patients are seen. Its hours decide which days and times can be asked for."""

    name = models.CharField(_("name"), max_length=80, help_text=_("The town. Example: Allen"))
    street = models.CharField(
        _("street"), max_length=160, help_text=_("Example: 100 Sample Street, Suite 4")
    )
    town = models.CharField(
        _("town, state and ZIP"), max_length=120, help_text=_("Example: Allen, TX 75002")
    )
    phone = models.CharField(_("phone"), max_length=40, help_text=_("Example: (972) 555-0101"))
    access_note = models.TextField(
        _("note on access"),
        blank=True,
        help_text=_("Parking, lift, entrance. Example: Step-free, lift to floor 2."),
    )
    access_note_es = models.TextField(
        _("note on access in Spanish"),
        blank=True,
        help_text=_(
            "Shown on Spanish pages. Empty: the English note, marked as English. "
            "Example: Sin escalones, ascensor hasta el piso 2."
        ),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default=settings.TIME_ZONE,
        help_text=_("In which its hours are meant. Example: America/Chicago"),
    )
    closed_on_holidays = models.BooleanField(
        _("closed on federal holidays"),
        default=True,
        help_text=_(
            "On: days such as Thanksgiving and Labor Day count as closed, whatever the opening hours "
            "say. Example: on"
        ),
    )
    active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_(
            "Off: neither shown nor offered on the booking page. Example: off while it is rebuilt"
        ),
    )
    sort_order = models.PositiveSmallIntegerField(
        _("position"), null=True, blank=True, default=0, editable=False
    )

    sort_order_field = "sort_order"
    panels = LOCATION_PANELS
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("location")
        verbose_name_plural = _("locations")

    def __str__(self) -> str:
        return self.name

    @property
    def phone_link(self) -> str:
        return phone_link(self.phone)

    @property
    def access_note_here(self) -> LocalText:
        return local_text(self, "access_note")

    def clean(self) -> None:
        super().clean()
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as error:
            message = _("This is not a time zone. Example: America/Chicago")
            raise ValidationError({"time_zone": message}) from error

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def hours_on(self, day: date) -> list[tuple[time, time]]:
        """Opening and closing times of that day, earliest first; empty when closed."""
        if self.closed_on_holidays and federal_holiday(day):
            return []
        return sorted(
            (span.opens, span.closes) for span in self.hours.all() if span.weekday == day.weekday()
        )

    def is_open_at(self, day: date, preferred: str) -> bool:
        """Whether the location is open for any part of the preferred time on that day."""
        spans = self.hours_on(day)
        if preferred == PreferredTime.ANY:
            return bool(spans)
        start, end = TIME_SPANS[PreferredTime(preferred)]
        return any(opens < end and closes > start for opens, closes in spans)

    @property
    def open_state(self) -> OpenState:
        """Whether it is open at this moment, in words."""
        return state_at(self, timezone.now())

    def hours_by_day(self) -> list[dict[str, Any]]:
        """Seven rows, Monday first: {"day", "spans"}, for the hours table."""
        spans: dict[int, list[OpeningHours]] = {day: [] for day in Weekday.values}
        for span in self.hours.all():
            spans[span.weekday].append(span)
        return [
            {"day": Weekday(day).label, "spans": sorted(rows, key=lambda row: row.opens)}
            for day, rows in spans.items()
        ]

    def hours_in_groups(self) -> list[dict[str, Any]]:
        """The same with neighboring days of equal hours in one row: "Monday to Friday"."""
        return grouped(self.hours_by_day())


class OpeningHours(Orderable):
    """One span of a day. A day with a break at noon has two."""

    location = ParentalKey(Location, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(
        _("day"),
        choices=Weekday.choices,
        help_text=_("A day without a row is closed. Example: Monday"),
    )
    opens = models.TimeField(_("opens"), help_text=_("Example: 09:00"))
    closes = models.TimeField(_("closes"), help_text=_("Example: 17:00"))

    panels = HOURS_PANELS

    class Meta(Orderable.Meta):
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")),
                name="booking_hours_close_after_opening",
                violation_error_message=_("Closing time must be after opening time."),
            )
        ]


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

    @property
    def lead(self) -> str:
        """What stands above the form is no plain text."""
        return ""

    def get_form_class(self) -> type[Any]:
        from .forms import BookingFormBuilder  # noqa: PLC0415

        return BookingFormBuilder(self.get_form_fields()).get_form_class()

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The form, or the confirmation, as a visitor will see it."""
        view, args, kwargs = self.resolve_subpage("/received/" if mode_name == "landing" else "/")
        response: HttpResponse = view(request, *args, **kwargs)
        return response

    @path("")
    def ask(self, request: HttpRequest) -> HttpResponse:
        from .views import ask  # noqa: PLC0415  (views know the models, not the other way round)

        return ask(request, self)

    @path("check/", name="check")
    def check_answers(self, request: HttpRequest) -> HttpResponse:
        from .views import check_answers  # noqa: PLC0415

        return check_answers(request, self)

    @path("change/", name="change")
    def change_answers(self, request: HttpRequest) -> HttpResponse:
        from .views import change_answers  # noqa: PLC0415

        return change_answers(request, self)

    @path("received/", name="received")
    def received(self, request: HttpRequest) -> HttpResponse:
        from .views import received  # noqa: PLC0415

        return received(request, self)


class BookingFormField(AbstractFormField):
    """An extra question. Its `clean_name` is made from the first label and never changes.

    A page that is translated brings its questions along with their keys. A question that is added to
    the translation later says which one it stands for.
    """

    page = ParentalKey(BookingPage, on_delete=models.CASCADE, related_name="form_fields")
    same_as = models.ForeignKey(
        "Question",
        verbose_name=_("same question as"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Only for a question that is asked in another language already: choose it, and the answers "
            "to both stand in one column of exports. Example: Have you been a patient here before?"
        ),
    )

    panels = QUESTION_PANELS

    def get_field_clean_name(self) -> str:
        """The key of the question: never empty, never that of a core question."""
        if self.same_as is not None:
            return str(self.same_as.key)
        name: str = super().get_field_clean_name() or "question"
        return f"extra_{name}" if name in RESERVED_FIELDS else name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.same_as is not None:
            self.clean_name = self.same_as.key
        super().save(*args, **kwargs)


class Question(models.Model):
    """A question that was ever asked beside the core ones, so that exports keep its column.

    Holds what staff typed as label; never an answer.
    """

    key = models.CharField(max_length=255, unique=True)
    label = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.label


@holders.register
class Submission(models.Model):
    """A request as it is stored: clear columns for the work, one sealed blob for all answers."""

    # Made before sealing: the sealed blob is bound to it.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=8, unique=True, editable=False)
    page = models.ForeignKey(BookingPage, on_delete=models.PROTECT, related_name="submissions")
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="submissions"
    )
    received_at = models.DateTimeField(_("received"), db_index=True)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.NEW, db_index=True
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assignee"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_submissions",
    )
    idempotency_token = models.UUIDField(unique=True, editable=False)
    sealed = models.BinaryField(editable=False)
    key_id = models.BinaryField(max_length=8, editable=False, db_index=True)
    schema = models.PositiveSmallIntegerField(editable=False)
    delete_after = models.DateField(_("delete after"), db_index=True)
    hold = models.BooleanField(_("hold"), default=False, help_text=_("On: kept beyond its date."))

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        default_permissions = ("view", "change", "delete")
        permissions = [("export_submission", "Can export requests")]

    def __str__(self) -> str:
        return self.reference


@holders.register
class SubmissionNote(models.Model):
    """What a reviewer wrote on a request, sealed like the request itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    sealed = models.BinaryField(editable=False)
    key_id = models.BinaryField(max_length=8, editable=False)
    schema = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        ordering = ["created_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Note on {self.submission_id}"
