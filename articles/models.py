"""Where Django looks for models. Each lives in the file of its name."""

from .clinical_review import ClinicalReviewTask
from .clinicians import Clinician
from .pages import ArticleIndexPage, ArticlePage, ArticleSource

__all__ = ["ArticleIndexPage", "ArticlePage", "ArticleSource", "ClinicalReviewTask", "Clinician"]
