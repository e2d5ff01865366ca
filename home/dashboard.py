"""The first thing staff see when they sign in: what they can do next."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from .steps import steps_for


class NextStepsPanel(Component):
    """Greets by name and links to what this person may do, and to nothing else."""

    order = 10
    template_name = "staff/next_steps.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        return {"name": user.first_name or user.get_username(), "steps": steps_for(user)}


def add_next_steps(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(NextStepsPanel())
