"""Questions that follow from the answer to another one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def one_of(label: Any, choices: Iterable[Any] = (), initial: Any = None) -> forms.ChoiceField:
    """A question that may be left open, with one answer from a list."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        initial=initial,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers in the list.")},
    )


def needless(asked_for: Mapping[Any, tuple[str, ...]], answer: str) -> set[str]:
    """The questions that only other answers ask."""
    every = {name for names in asked_for.values() for name in names}
    return every - set(asked_for.get(answer, ()))


class FollowingQuestions(forms.Form):
    """A form that knows which of its questions earlier answers made needless, once it is checked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.not_asked: set[str] = set()

    def leave_out(self, asked_for: Mapping[Any, tuple[str, ...]], answer: str) -> None:
        """Forget what was posted to the questions that only other answers ask, and what is wrong with it."""
        for name in needless(asked_for, answer):
            self.errors.pop(name, None)
            self.cleaned_data[name] = self.fields[name].clean(None)
            self.not_asked.add(name)
