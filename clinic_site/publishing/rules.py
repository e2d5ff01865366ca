"""A page says what is wrong with it in `BasePage.publishing_problems`. A draft always saves.

The editor's form shows each problem where it was typed (`forms.py`); the gates (`gates.py`) refuse a
page that has any, by whatever road it would go to readers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.text import capfirst
from wagtail import blocks


@dataclass(frozen=True)
class Problem:
    """One reason for which a page must not be live, and where to mend it."""

    reason: str
    # A field of the page, the name of a list on it (such as "sources"), or a field of `child`.
    field: str = NON_FIELD_ERRORS
    # What people call the place: a field, a block, a question.
    place: str = ""
    # The row of a list on the page that the problem is about.
    child: models.Model | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


def problems_of(page: Any) -> list[Problem]:
    """Everything for which the page must not be live, each once; pages of other apps have none."""
    find = getattr(page, "publishing_problems", None)
    problems: list[Problem] = []
    for problem in find() if find else ():
        if problem not in problems:  # not a set: an unsaved child has no hash
            problems.append(problem)
    return problems


def body_problems(page: models.Model) -> Iterator[Problem]:
    """What the blocks of a page would refuse in the editor, wherever the content came from."""
    for field in page._meta.concrete_fields:
        value = getattr(page, field.attname)
        if isinstance(value, blocks.StreamValue):
            try:
                value.stream_block.clean(value)
            except blocks.StreamBlockValidationError as error:
                name = capfirst(str(field.verbose_name))
                for place, reason in block_refusals(error, value):
                    yield Problem(reason, field.name, place or name)


Trail = tuple[Any, ...]


def block_refusals(
    error: blocks.StreamBlockValidationError, value: blocks.StreamValue
) -> Iterator[tuple[str, str]]:
    """(labels of the blocks from the outside in, reason) of everything in the error of a body."""
    yield from (("", reason) for reason in error.non_block_errors)
    for index, inner in error.block_errors.items():
        block = value[index].block
        for trail, reason in _inner_refusals(inner, block, (block.label,)):
            yield ", ".join(str(label) for label in trail), reason


def _inner_refusals(
    error: ValidationError, block: blocks.Block, trail: Trail
) -> Iterator[tuple[Trail, str]]:
    """(labels from the outside in, reason) of everything in the error of one block."""
    inner: dict[Any, ValidationError] | None = getattr(error, "block_errors", None)
    if inner is None:
        yield from ((trail, reason) for reason in error.messages)
        return
    yield from ((trail, reason) for reason in getattr(error, "non_block_errors", []))
    for key, child_error in inner.items():
        if isinstance(block, blocks.ListBlock):
            child = block.child_block
            label = f"{child.label or block.label} {key + 1}"
        else:
            child = block.child_blocks[key]
            label = child.label
        yield from _inner_refusals(child_error, child, (*trail, label))
