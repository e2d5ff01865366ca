"""What one process changes, every worker of a server that keeps pages shows a second later."""

import json
from pathlib import Path

import pytest

from clinic_site.tests.trial import running_trial

from . import other_process


def test_every_kind_of_change_is_seen_within_a_second(
    tmp_path_factory: pytest.TempPathFactory, prepared: Path
) -> None:
    var = tmp_path_factory.mktemp("second") / "var"
    with running_trial(var, prepared, content_version_seconds=1) as trial:
        code = f"from home.tests.other_process import main; main({trial.url!r})"
        told = json.loads(trial.shell(code).splitlines()[-1])
        server_log = (var / "server.log").read_text(encoding="utf-8")

    assert len(told) >= 19
    assert told == {name: [0, other_process.TIMES_ASKED] for name in told}
    assert "Traceback" not in server_log
