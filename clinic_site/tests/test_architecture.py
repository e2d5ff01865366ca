"""The shape of the house: imports run one way, between the apps and inside them."""

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

# Inside an app, from the ground up: a room may import those of the rows below its own. A room is a
# module or a folder right in the app; the app itself stands in the last row with what Django, Wagtail
# and the command line come in by.
ROWS = {
    "booking": [
        ["choices", "log_actions", "permissions"],
        ["locations"],
        ["submissions"],
        ["public"],
        ["desk", "notifications", "upkeep"],
        ["privacy_check"],
        ["checks", "models"],
        ["apps", "management", "wagtail_hooks"],
    ],
    "booking.vault": [
        ["crypto", "holders", "log_actions", "open_offline"],
        ["limits", "models", "passphrases"],
        ["manifests", "shredding"],
        ["keyring", "readiness", "sealing", "status"],
        ["checks", "permissions", "refusals"],
        ["lifecycle", "notices"],
        ["command_line", "session", "to_do"],
        ["middleware", "pages", "signal_handlers"],
        ["apps", "management", "wagtail_hooks"],
    ],
    "articles": [
        ["choices", "feeds", "panels", "permissions", "starter", "structured_data"],
        ["blocks", "clinicians", "content_checks", "publishing_rules", "review_dates"],
        ["clinical_review", "reviewed", "viewsets"],
        ["pages"],
        ["action_menu", "models", "queries", "to_do"],
        ["dashboard", "reports"],
        ["menu"],
        ["apps", "management", "wagtail_hooks"],
    ],
}


def package_of(module: str) -> str:
    """The package of ours that a module belongs to; empty for everybody else's."""
    owners = [name for name in MAY_IMPORT if module == name or module.startswith(f"{name}.")]
    return max(owners, key=len, default="")


def room_of(module: str, package: str) -> str:
    """The room of that package that a module stands in; empty for another package's."""
    inside = package_of(module) == package and module != package
    return module.removeprefix(f"{package}.").split(".")[0] if inside else ""


def imported(source: str, module: str, *, late: bool = False) -> Iterator[str]:
    """Absolute names of everything that a module's source imports; with `late`, inside functions only.

    What is imported for type checking alone is left out: nothing runs by it.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for_types = [node for node in ast.walk(tree) if _is_type_checking(node)]
    left_out = {inner for node in for_types for inner in ast.walk(node)}
    for node in (
        {inner for each in functions for inner in ast.walk(each)} if late else ast.walk(tree)
    ):
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def wrong_imports(source: str, module: str) -> list[str]:
    """What the module imports although its package or its room may not."""
    here = package_of(module)
    allowed = MAY_IMPORT[here] | {here, ""}
    names = list(imported(source, module))
    wrong = {name for name in names if package_of(name) not in allowed}
    row = {room: number for number, rooms in enumerate(ROWS.get(here, [])) for room in rooms}
    if mine := room_of(module, here) if row else "":
        theirs = {name: room_of(name, here) for name in names}
        wrong |= {
            name
            for name, room in theirs.items()
            if room in row and room != mine and row[room] >= row[mine]
        }
    return sorted(wrong)


def late_imports(source: str, module: str) -> list[str]:
    """What of ours a module imports inside a function: that hides a way upstairs."""
    return sorted(name for name in imported(source, module, late=True) if package_of(name))


def modules() -> Iterator[tuple[str, Path]]:
    """Every module that the site runs, by dotted name; tests may import what they test."""
    for package in ("clinic_site", "articles", "booking", "home"):
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
            if "tests" not in parts and "migrations" not in parts:
                yield ".".join(parts).removesuffix(".__init__"), path


def test_imports_run_one_way() -> None:
    found = {
        name: wrong_imports(path.read_text(encoding="utf-8"), name) for name, path in modules()
    }

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert {package_of(name) for name in found} == set(MAY_IMPORT)


@pytest.mark.parametrize("package", ROWS)
def test_every_room_stands_in_a_row(package: str) -> None:
    rooms = {room_of(name, package) for name, _path in modules()} - {""}

    assert rooms == {room for row in ROWS[package] for room in row}


def test_only_apps_import_late() -> None:
    found = {name: late_imports(path.read_text(encoding="utf-8"), name) for name, path in modules()}

    assert {name for name, late in found.items() if late} == {
        "booking.apps",
        "booking.vault.apps",
        "clinic_site.apps",
    }


def test_every_room_says_what_it_is() -> None:
    rooms = [
        (name, path)
        for name, path in modules()
        if path.name == "__init__.py"
        and not {"management", "formats", "templatetags"} & set(path.parts)
    ]
    told = {
        name: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for name, path in rooms
    }

    assert {name for name, words in told.items() if not words} == set()
    assert len(told) >= 14


@pytest.mark.parametrize(
    ("module", "source", "wrong"),
    [
        ("clinic_site.views", "from home.models import HomePage", ["home.models.HomePage"]),
        ("clinic_site.views", "def view():\n    import booking.public", ["booking.public"]),
        ("articles.pages", "from booking.models import Location", ["booking.models.Location"]),
        ("booking.models", "from articles import queries", ["articles.queries"]),
        (
            "booking.vault.pages.index",
            "from booking.models import Submission",
            ["booking.models.Submission"],
        ),
        ("booking.vault.session", "from ..models import Submission", ["booking.models.Submission"]),
        ("booking.vault.session", "from .models import Vault", []),
        ("booking.public.views", "from ..vault.sealing import seal\nfrom .. import vault", []),
        ("booking.vault.session", "import django\nfrom bookings import x", []),
        # Inside an app: up, across and by the face of the models is wrong; down and within is right.
        (
            "booking.submissions.receiving",
            "from ..public.form.forms import BookingForm",
            ["booking.public.form.forms.BookingForm"],
        ),
        ("booking.desk.views", "from ..upkeep import retention", ["booking.upkeep.retention"]),
        ("booking.public.page", "from ..models import Location", ["booking.models.Location"]),
        ("booking.choices", "from . import permissions", ["booking.permissions"]),
        ("booking.vault.keyring", "from .pages import index", ["booking.vault.pages.index"]),
        ("articles.feeds", "from .pages import ArticlePage", ["articles.pages.ArticlePage"]),
        ("articles.feeds", "if TYPE_CHECKING:\n    from .pages import ArticlePage", []),
        ("booking.desk.views", "from ..submissions import reading\nfrom .forms import x", []),
        ("booking.wagtail_hooks", "from .desk.admin import SubmissionAdmin", []),
    ],
)
def test_the_rule_bites(module: str, source: str, wrong: list[str]) -> None:
    assert wrong_imports(source, module) == wrong


@pytest.mark.parametrize(
    ("source", "late"),
    [
        ("def f():\n    from .views import ask", ["booking.public.views.ask"]),
        ("class A:\n    def f(self):\n        from booking import checks", ["booking.checks"]),
        ("from .views import ask\ndef f():\n    import json", []),
    ],
)
def test_a_late_import_is_seen(source: str, late: list[str]) -> None:
    assert late_imports(source, "booking.public.page") == late


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
