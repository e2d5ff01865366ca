"""Requests by their reference, which lies in the clear: found while the vault is locked, too."""

from django.db.models import QuerySet

from .folding import folded
from .models import Submission
from .receiving import REFERENCE_ALPHABET, REFERENCE_LENGTH

# Less of a reference says too little.
FEWEST = 3


def with_reference(typed: str) -> QuerySet[Submission]:
    """The request of that reference, in capitals or not, in one piece or in groups; none for all else."""
    reference = _as_reference(typed)
    if len(reference) != REFERENCE_LENGTH:
        return Submission.objects.none()
    return Submission.objects.filter(reference=reference)


def beginning_with(typed: str) -> QuerySet[Submission]:
    """Those whose reference begins so, the newest first."""
    reference = _as_reference(typed)
    if not FEWEST <= len(reference) <= REFERENCE_LENGTH:
        return Submission.objects.none()
    return Submission.objects.filter(reference__startswith=reference).order_by(
        "-received_at", "-pk"
    )


def _as_reference(typed: str) -> str:
    """Empty for what no reference can be, as a name with another letter."""
    reference = folded(typed).replace(" ", "").upper()
    return reference if set(reference) <= set(REFERENCE_ALPHABET) else ""
