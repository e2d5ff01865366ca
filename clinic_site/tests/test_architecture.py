"""The shape of the house: imports run one way, and no model change waits for its migration."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

# Each package of the site, and the ones it may import.
MAY_IMPORT = {
    "clinic_site": set(),
    "booking.vault": {"clinic_site"},
    "booking": {"booking.vault", "clinic_site"},
    "articles": {"clinic_site"},
    "home": {"articles", "booking", "booking.vault", "clinic_site"},
}


def package_of(module: str) -> str:
    """The package of ours that a module belongs to; empty for everybody else's."""
    owners = [name for name in MAY_IMPORT if module == name or module.startswith(f"{name}.")]
    return max(owners, key=len, default="")


def imported(source: str, module: str) -> Iterator[str]:
    """Absolute names of everything that a module's source imports, at its top or inside it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def wrong_imports(source: str, module: str) -> list[str]:
    """What the module imports although its package may not."""
    here = package_of(module)
    allowed = MAY_IMPORT[here] | {here, ""}
    return sorted(name for name in imported(source, module) if package_of(name) not in allowed)


def modules() -> Iterator[tuple[str, Path]]:
    """Every module that the site runs, by dotted name; tests may import what they test."""
    for package in ("clinic_site", "articles", "booking", "home"):
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
            if "tests" not in parts:
                yield ".".join(parts), path


def test_imports_run_one_way() -> None:
    found = {
        name: wrong_imports(path.read_text(encoding="utf-8"), name) for name, path in modules()
    }

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert {package_of(name) for name in found} == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("module", "source", "wrong"),
    [
        ("clinic_site.views", "from home.models import HomePage", ["home.models.HomePage"]),
        ("clinic_site.views", "def view():\n    import booking.forms", ["booking.forms"]),
        ("articles.models", "from booking.models import Location", ["booking.models.Location"]),
        ("booking.models", "from articles import queries", ["articles.queries"]),
        (
            "booking.vault.views",
            "from booking.models import Submission",
            ["booking.models.Submission"],
        ),
        ("booking.vault.views", "from ..models import Submission", ["booking.models.Submission"]),
        ("booking.vault.views", "from .. import forms", ["booking.forms"]),
        ("booking.vault.views", "from .models import Vault", []),
        ("booking.views", "from .vault.sealing import seal\nfrom . import vault", []),
        ("booking.vault.views", "import django\nfrom bookings import x", []),
    ],
)
def test_the_rule_bites(module: str, source: str, wrong: list[str]) -> None:
    assert wrong_imports(source, module) == wrong


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
