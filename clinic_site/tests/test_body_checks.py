"""Bodies that several threads check at once: Wagtail notes what a draft may lack in blocks they share."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from wagtail.blocks import CharBlock, StreamBlock, StreamValue
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin

from clinic_site.blocks import Body

SECONDS = 30  # with a busy machine
MEANWHILE = 0.3  # long enough for another thread to get as far as it can


class Gate:
    def __init__(self) -> None:
        self.reached, self.open = Event(), Event()


class GateBlock(CharBlock):
    """Its check stops at the gate of the name that is its value."""

    gates: dict[str, Gate]

    def clean(self, value: Any) -> Any:
        if gate := self.gates.get(value):
            gate.reached.set()
            assert gate.open.wait(SECONDS)
        return super().clean(value)


class GatedBody(Body):
    gate = GateBlock()


class Checks:
    """Checks of one body in threads of their own, each with a gate to stop at."""

    def __init__(self, pool: ThreadPoolExecutor, body: StreamBlock) -> None:
        self.body, self._pool = body, pool
        self.gates = body.child_blocks["gate"].gates = {"preview": Gate(), "autosave": Gate()}

    def unfinished(self, name: str) -> StreamValue:
        """The gate of the name, and after it a block that lacks what it needs."""
        blocks = [{"type": "gate", "value": name}, {"type": "gate", "value": ""}]
        return self.body.to_python(blocks)

    def begin_draft(self, name: str) -> "Future[StreamValue]":
        return self._pool.submit(self.body.clean_deferred, self.unfinished(name))

    def begin_publishing(self) -> "Future[StreamValue]":
        return self._pool.submit(self.body.clean, self.unfinished(""))


@pytest.fixture
def checks() -> Any:
    with ThreadPoolExecutor() as pool:
        checks = Checks(pool, GatedBody())
        yield checks
        for gate in checks.gates.values():
            gate.open.set()


def test_an_unfinished_page_is_not_published_while_another_is_checked_as_a_draft(
    checks: Checks,
) -> None:
    preview = checks.begin_draft("preview")
    assert checks.gates["preview"].reached.wait(SECONDS)
    publishing = checks.begin_publishing()
    checks.gates["autosave"].reached.wait(MEANWHILE)
    checks.gates["preview"].open.set()
    assert isinstance(publishing.exception(SECONDS), ValidationError)
    assert len(preview.result(SECONDS)) == 2


def test_a_draft_is_kept_though_another_check_of_a_draft_ends_meanwhile(checks: Checks) -> None:
    preview = checks.begin_draft("preview")
    assert checks.gates["preview"].reached.wait(SECONDS)
    autosave = checks.begin_draft("autosave")
    checks.gates["autosave"].reached.wait(MEANWHILE)
    checks.gates["preview"].open.set()
    assert len(preview.result(SECONDS)) == 2
    checks.gates["autosave"].open.set()
    assert len(autosave.result(SECONDS)) == 2


def test_every_stream_of_something_with_drafts_is_such_a_body() -> None:
    streams = [
        field
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin)
        for field in model._meta.get_fields()
        if isinstance(field, StreamField)
    ]
    assert streams
    assert [field for field in streams if not isinstance(field.stream_block, Body)] == []
