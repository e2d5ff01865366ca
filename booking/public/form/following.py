"""Questions that follow from the answer to another one."""

from collections.abc import Mapping
from typing import Any

from django import forms


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
