"""What a page tells machines, as schema.org's JSON-LD. Says nothing that readers do not see.

Pure functions that make nodes; each app has its own beside its models, and `graph` joins them.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

Node = dict[str, Any]


def graph(nodes: Iterable[Node]) -> Node:
    """One graph. Nodes of the same @id become one; what is empty is left out."""
    joined: dict[str, Node] = {}
    for node in nodes:
        joined.setdefault(node["@id"], {}).update(_without_gaps(node))
    return {"@context": "https://schema.org", "@graph": list(joined.values())}


def _without_gaps(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_gaps(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_gaps(item) for name, item in value.items() if item}
    return value


def script(data: Node) -> SafeString:
    """The data block for a page's head, with Django's escaping: no text can close the element.

    Browsers run no script of this type, so a policy without inline scripts lets it stand.
    """
    block = json_script(data).replace('"application/json"', '"application/ld+json"', 1)
    return mark_safe(block)  # noqa: S308  (json_script escaped it)


def reference(identity: str) -> Node:
    """A node told elsewhere in the same graph."""
    return {"@id": identity}


def clinic_id(root_url: str) -> str:
    """The @id of the clinic on the site at that address."""
    return f"{root_url}/#clinic"


def web_page(kind: str, address: str, *, root_url: str, name: str, description: str) -> Node:
    """The page itself, by its heading and the sentences under it."""
    return {
        "@type": kind,
        "@id": f"{address}#page",
        "url": address,
        "name": name,
        "description": description,
        "publisher": reference(clinic_id(root_url)),
    }


def breadcrumb_list(address: str, trail: list[tuple[str, str]]) -> Node:
    """The way to a page from the top, as (title, address); the page itself comes last."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{address}#breadcrumb", "itemListElement": items}
