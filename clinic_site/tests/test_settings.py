"""Settings from the environment, what the databases are told, and the headers of every answer."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client

from clinic_site.settings.environment import database, require, secret
from clinic_site.tests.production import PLAIN, SECRETS, production

only_sqlite = pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3",
    reason="what SQLite is told; these tests run on PostgreSQL",
)


def test_production_names_every_missing_setting_at_once() -> None:
    result = production("check")

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: Missing settings: ALLOWED_HOSTS, BASE_URL, "
        "CLINIC_PHONE, DATABASE_URL, SECRET_KEY, SECURITY_CONTACT, VAULT_PEPPER. Give each in the "
        "environment, or a secret as NAME_FILE; the README has a table of all of them."
    )


def test_production_names_the_one_that_is_missing() -> None:
    given = {**SECRETS, **PLAIN}
    del given["VAULT_PEPPER"]

    result = production("check", **given)

    assert "Missing settings: VAULT_PEPPER. " in result.stderr
    assert not any(value in result.stderr for value in SECRETS.values())


def test_production_starts_with_its_secrets_as_files(tmp_path: Path) -> None:
    files = {}
    for name, value in SECRETS.items():
        (tmp_path / name).write_text(f"{value}\n")
        files[f"{name}_FILE"] = str(tmp_path / name)

    result = production("check", "--deploy", "--fail-level", "WARNING", **files, **PLAIN)

    assert (result.returncode, result.stderr) == (0, "")


def test_a_secret_comes_from_the_environment_or_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "key"
    kept.write_text("from the file\n")
    assert secret("SAMPLE_KEY", default="none given") == "none given"

    monkeypatch.setenv("SAMPLE_KEY_FILE", str(kept))
    assert secret("SAMPLE_KEY") == "from the file"

    monkeypatch.setenv("SAMPLE_KEY", "from the environment")
    with pytest.raises(
        ImproperlyConfigured, match=r"^Set SAMPLE_KEY or SAMPLE_KEY_FILE, not both\.$"
    ):
        secret("SAMPLE_KEY")

    monkeypatch.delenv("SAMPLE_KEY_FILE")
    assert secret("SAMPLE_KEY") == "from the environment"


def test_a_secret_whose_file_is_not_there_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAMPLE_KEY_FILE", str(tmp_path / "nothing"))

    with pytest.raises(
        ImproperlyConfigured, match=r"^SAMPLE_KEY_FILE cannot be read: No such file or directory\.$"
    ):
        secret("SAMPLE_KEY")


def test_settings_that_are_given_are_not_missing() -> None:
    require(SECRET_KEY="given", ALLOWED_HOSTS=["given"])


def test_a_name_that_the_terminal_cannot_show_stops_no_command() -> None:
    shown = production(
        "shell",
        "--no-imports",
        "--command",
        "print('“Zoë 字”')",
        **SECRETS,
        **PLAIN,
        PYTHONIOENCODING="ascii",
    )

    assert (shown.stdout, shown.stderr) == ("\\u201cZo\\xeb \\u5b57\\u201d\n", "")


# Databases -------------------------------------------------------------------------------------


@only_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1)],
)
def test_sqlite_keeps_what_is_committed_and_overwrites_what_is_deleted(
    pragma: str, value: object
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")

        assert cursor.fetchone() == (value,)


@only_sqlite
@pytest.mark.django_db
def test_sqlite_transactions_take_the_write_lock_when_they_begin() -> None:
    # The transaction around this test has written nothing yet.
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
    try:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


def test_postgresql_comes_by_its_address() -> None:
    assert database("postgres://clinic:word@db.example:5433/site?sslmode=verify-full") == {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db.example",
        "PORT": 5433,
        "NAME": "site",
        "USER": "clinic",
        "PASSWORD": "word",
        "OPTIONS": {"sslmode": "verify-full"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


# Headers ---------------------------------------------------------------------------------------

PUBLIC_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ADMIN_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
PUBLIC_ADDRESSES = [
    "/",
    "/articles/",
    "/articles/how-does-ketamine-work-for-depression/",
    "/common-questions/",
    "/book/",
    "/book/received/",
    "/nowhere/",
    "/robots.txt",
    "/.well-known/security.txt",
    "/sitemap.xml",
    "/healthz",
    "/readyz",
]


def policy(header: str) -> dict[str, str]:
    """A Content-Security-Policy by directive."""
    directives = (part.strip().partition(" ") for part in header.split(";"))
    return {name: sources for name, _, sources in directives}


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_public_answers_carry_the_strict_headers(
    client: Client, site: SimpleNamespace, address: str
) -> None:
    headers = client.get(address).headers

    assert policy(headers["Content-Security-Policy"]) == PUBLIC_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    )


@pytest.mark.parametrize("address", ["/", "/book/", "/nowhere/"])
def test_public_pages_are_never_framed_and_set_no_cookie(
    client: Client, site: SimpleNamespace, address: str
) -> None:
    response = client.get(address)

    assert response.headers["X-Frame-Options"] == "DENY"
    assert dict(response.cookies) == {}


@pytest.mark.parametrize(
    ("role", "address"), [(None, "/admin/login/"), ("administrator", "/admin/")]
)
def test_staff_pages_have_a_policy_of_their_own(
    sign_in: Callable[..., Client], role: str | None, address: str
) -> None:
    headers = sign_in(role).get(address).headers

    assert policy(headers["Content-Security-Policy"]) == ADMIN_POLICY
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_production_sends_everybody_to_https_but_the_probes(tmp_path: Path) -> None:
    answers = production(
        "shell",
        "--no-imports",
        "--command",
        "from django.test import Client\n"
        "for address in ('/healthz', '/book/?day=1'):\n"
        "    answer = Client().get(address, headers={'host': 'www.clinic.example'})\n"
        "    print(answer.status_code, answer.headers.get('Location'))\n"
        "print(Client().get('/healthz', headers={'host': '10.0.0.7:8000'}).status_code)\n"
        "secure = Client().get('/healthz', secure=True)\n"
        "print(secure.headers['Strict-Transport-Security'])\n",
        STATIC_ROOT=str(tmp_path),
        **SECRETS,
        **PLAIN,
    )

    assert answers.stderr == ""
    assert answers.stdout.splitlines() == [
        "200 None",
        "301 https://www.clinic.example/book/?day=1",
        "200",
        "max-age=31536000; includeSubDomains; preload",
    ]


@pytest.mark.parametrize(
    ("environment", "header"),
    [({}, "None"), ({"SEARCH_ENGINES": "false"}, "noindex")],
    ids=["as it is", "closed"],
)
def test_production_is_open_to_search_engines_unless_told_otherwise(
    tmp_path: Path, environment: dict[str, str], header: str
) -> None:
    answers = production(
        "shell",
        "--no-imports",
        "--command",
        "from django.test import Client\n"
        "print(Client().get('/healthz', secure=True).headers.get('X-Robots-Tag'))\n",
        STATIC_ROOT=str(tmp_path),
        **environment,
        **SECRETS,
        **PLAIN,
    )

    assert (answers.stdout.splitlines(), answers.stderr) == ([header], "")
