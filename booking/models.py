"""Where Django looks for models. Each lives in its room."""

from .desk.searches import StoredSearch
from .locations.closings import ClinicClosing, LocationClosing
from .locations.models import Location, OpeningHours
from .notifications.models import RequestMails
from .privacy_check.models import PrivacyCheck
from .public.page import BookingFormField, BookingPage, VisitKind
from .submissions.models import Question, Submission, SubmissionNote
from .submissions.tallies import RequestTally

__all__ = [
    "BookingFormField",
    "BookingPage",
    "ClinicClosing",
    "Location",
    "LocationClosing",
    "OpeningHours",
    "PrivacyCheck",
    "Question",
    "RequestMails",
    "RequestTally",
    "StoredSearch",
    "Submission",
    "SubmissionNote",
    "VisitKind",
]
