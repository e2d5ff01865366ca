"""Mutation testing of booking/vault/crypto.py: do its tests notice every wrong line?

Works on a copy in a temporary folder, without Django and without a database. Prints the survivors
as diffs and how many were killed; exits 1 below 95 %.
Usage: .venv/bin/python .ci/mutants.py
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOAL = 95.0
MUTATED = "booking/vault/crypto.py"
TESTS = "booking/vault/tests"
TEST_FILES = ["test_crypto.py", "test_vectors.py", "test_mutations.py"]
COPIED = [
    "booking/__init__.py",
    "booking/vault/__init__.py",
    MUTATED,
    "booking/vault/passphrases.py",
    *(f"{TESTS}/{name}" for name in ["__init__.py", "independent.py", "known.py", "mutants.py"]),
    *(f"{TESTS}/{name}" for name in TEST_FILES),
    f"{TESTS}/vectors",
]
# The one test of these files that needs Django's settings.
LEFT_OUT = f"{TESTS}/test_vectors.py::test_a_user_is_named_by_the_decimal_of_its_number"
CONFIG = f"""
[mutmut]
source_paths=booking
only_mutate={MUTATED}
pytest_add_cli_args_test_selection=
    {f"{chr(10)}    ".join(f"{TESTS}/{name}" for name in TEST_FILES)}
pytest_add_cli_args=
    -p
    no:django
    --deselect
    {LEFT_OUT}
"""
KILLED = {"killed", "timeout", "segfault"}


def copy_to(folder: Path) -> None:
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    (folder / "setup.cfg").write_text(CONFIG)


def mutmut(folder: Path, *args: str) -> str:
    done = subprocess.run(  # noqa: S603  (our own interpreter, fixed arguments)
        [sys.executable, "-m", "mutmut", *args],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"mutmut {' '.join(args)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        folder = Path(name)
        copy_to(folder)
        mutmut(folder, "run")
        results = re.findall(
            r"^ *(\S+): (.+)$", mutmut(folder, "results", "--all", "1"), re.MULTILINE
        )
        for mutant, status in results:
            if status not in KILLED:
                sys.stdout.write(mutmut(folder, "show", mutant) + "\n")
    counts = Counter(status for _, status in results)
    killed = sum(counts[status] for status in KILLED)
    share = 100 * killed / len(results) if results else 0.0
    each = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    sys.stdout.write(f"{MUTATED}: {len(results)} mutants: {each}.\n")
    sys.stdout.write(f"{share:.1f} % noticed; the goal is {GOAL:.0f} %.\n")
    return int(share < GOAL)


if __name__ == "__main__":
    sys.exit(main())
