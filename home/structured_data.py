"""What the site tells machines about the clinic; see clinic_site/structured_data.py."""

from clinic_site.structured_data import Node, clinic_id


def clinic(root_url: str, *, name: str, phone: str, email: str = "") -> Node:
    """The clinic as the head and the foot of every page name it."""
    return {
        "@type": "MedicalClinic",
        "@id": clinic_id(root_url),
        "name": name,
        "url": f"{root_url}/",
        "telephone": phone,
        "email": email,
    }


def clinic_departments(root_url: str, departments: list[Node]) -> Node:
    """The same clinic with its locations, where a page shows them."""
    return {"@id": clinic_id(root_url), "department": departments}
