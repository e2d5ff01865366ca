"""The first thing staff see when they sign in: what is to be done now, and what they can do."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from .steps import steps_for
from .to_do import to_do_of


class ToDoPanel(Component):
    """Greets by name and tells what this person is asked to do now."""

    order = 10
    template_name = "staff/to_do.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        return {"name": user.first_name or user.get_username(), "gathered": to_do_of(user)}


class NextStepsPanel(Component):
    """Links to what this person may do, and to nothing else."""

    order = 20
    template_name = "staff/next_steps.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"steps": steps_for(parent_context["request"].user)}


def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    panels += [ToDoPanel(), NextStepsPanel()]
