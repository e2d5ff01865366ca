"""Are the locks made from today's requirements? Asks nobody: compares names, versions and reasons."""

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\]+)", re.MULTILINE)


def direct(source: Path) -> dict[str, Requirement]:
    """The requirements that people wrote, by normalised name."""
    lines = (line.partition("#")[0].strip() for line in source.read_text().splitlines())
    found = (Requirement(line) for line in lines if line and not line.startswith("-"))
    return {re.sub(r"[-_.]+", "-", each.name).lower(): each for each in found}


def problems(source: Path, lock: Path) -> list[str]:
    """What keeps the lock from being the source's; empty when it is up to date."""
    wanted, text = direct(source), lock.read_text()
    pins: dict[str, list[str]] = {}
    for name, version in PIN.findall(text):
        pins.setdefault(name, []).append(version)
    found = [
        f"{lock}: {requirement} of {source} is not in it"
        for name, requirement in wanted.items()
        if not any(version in requirement.specifier for version in pins.get(name, []))
    ]
    # uv notes under each pin who asked for it.
    for entry in re.split(r"\n(?=[a-z0-9])", text):
        name = entry.partition("==")[0]
        asked = re.search(rf"# +(via )?-r {re.escape(source.name)}$", entry, re.MULTILINE)
        if asked and name not in wanted:
            found.append(f"{lock}: {name} is in it, but no longer in {source}")
    return found


def main() -> int:
    runtime, dev = Path("requirements.txt"), Path("requirements-dev.txt")
    found = [
        *problems(Path("requirements.in"), runtime),
        *problems(Path("requirements.in"), dev),
        *problems(Path("requirements-dev.in"), dev),
    ]
    missing = set(PIN.findall(runtime.read_text())) - set(PIN.findall(dev.read_text()))
    found += [
        f"{dev}: {name}=={version} differs from {runtime}" for name, version in sorted(missing)
    ]
    for line in found:
        print(line, file=sys.stderr)  # noqa: T201
    if found:
        print("Run `make lock`.", file=sys.stderr)  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
