"""What the site tells machines about articles; see clinic_site/structured_data.py."""

from typing import TYPE_CHECKING

from clinic_site.structured_data import Node

if TYPE_CHECKING:
    from .clinicians import Clinician
    from .pages import ArticlePage


def article_facts(article: "ArticlePage") -> Node:
    """Who wrote and who reviewed it, and when; what an article does not show is left out."""
    reviewed = article.is_reviewed
    return {
        "author": person(article.author),
        "reviewedBy": person(article.reviewer) if reviewed else None,
        "lastReviewed": article.last_reviewed if reviewed else None,
        "datePublished": article.published_on,
        "dateModified": article.updated_on,
    }


def person(clinician: "Clinician | None") -> Node | None:
    """The clinician by name and role."""
    if clinician is None:
        return None
    return {"@type": "Person", "name": clinician.full_name, "jobTitle": clinician.role_here.text}
