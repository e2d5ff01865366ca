"""Sign-in sessions: the table never holds what a cookie needs."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection

from clinic_site.session_store import SessionStore, session_digest

pytestmark = pytest.mark.django_db


def stored_text() -> str:
    """Every value of the session table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {Session._meta.db_table}")
        return "\n".join(str(value) for row in cursor.fetchall() for value in row)


def new_session(**data) -> SessionStore:
    session = SessionStore()
    session.update(data)
    session.save()
    return session


def test_the_row_holds_the_digest_and_not_the_key():
    session = new_session(colour="blue")
    assert [row.session_key for row in Session.objects.all()] == [
        session_digest(session.session_key)
    ]
    assert session.session_key not in stored_text()


def test_the_search_would_see_a_key_that_is_stored():
    session = new_session()
    Session.objects.update(session_key=session.session_key)
    assert session.session_key in stored_text()


def test_a_digest_is_40_hexadecimal_digits_of_sha_256():
    # SHA-256 of "abc", FIPS 180-4.
    assert session_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a3"


def test_what_was_saved_is_loaded_again():
    session = new_session(colour="blue")
    assert SessionStore(session.session_key).load() == {"colour": "blue"}


def test_what_the_table_holds_opens_no_session():
    new_session(colour="blue")
    stolen = SessionStore(Session.objects.get().session_key)
    assert stolen.load() == {}
    assert stolen.session_key is None


def test_a_key_that_was_made_up_loads_nothing():
    assert SessionStore("madeupmadeupmadeupmadeupmadeup12").load() == {}


def test_saving_again_keeps_one_row():
    session = new_session(colour="blue")
    session["colour"] = "red"
    session.save()
    assert Session.objects.count() == 1
    assert SessionStore(session.session_key)["colour"] == "red"


def test_a_session_exists_by_its_key_only():
    session = new_session()
    assert SessionStore().exists(session.session_key) is True
    assert SessionStore().exists(Session.objects.get().session_key) is False


def test_deleting_takes_the_row_of_that_key_only():
    session, other = new_session(), new_session()
    session.delete()
    assert [row.session_key for row in Session.objects.all()] == [session_digest(other.session_key)]
    SessionStore().delete(other.session_key)
    assert Session.objects.count() == 0


def test_cycling_the_key_keeps_the_data_and_ends_the_old_key():
    session = new_session(colour="blue")
    old = session.session_key
    session.cycle_key()
    assert session.session_key != old
    assert Session.objects.count() == 1
    assert SessionStore(old).load() == {}
    assert SessionStore(session.session_key).load() == {"colour": "blue"}


def test_flushing_leaves_no_row():
    session = new_session(colour="blue")
    session.flush()
    assert (Session.objects.count(), session.session_key) == (0, None)


def test_a_session_ends_at_its_date(settings):
    settings.SESSION_COOKIE_AGE = 3600
    start = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        session = new_session(colour="blue")
        clock.shift(timedelta(seconds=3599))
        assert SessionStore(session.session_key).load() == {"colour": "blue"}
        clock.shift(timedelta(seconds=1))
        assert SessionStore(session.session_key).load() == {}
        clock.shift(timedelta(seconds=1))
        SessionStore.clear_expired()
        assert Session.objects.count() == 0


def test_saving_a_session_that_was_deleted_elsewhere_is_refused():
    session = new_session()
    SessionStore().delete(session.session_key)
    with pytest.raises(UpdateError):
        session.save()


def test_signing_in_and_out_works_and_leaves_no_row(users, client):
    credentials = {"username": "editor", "password": "sign-in-password"}
    assert client.post("/admin/login/", credentials).status_code == 302
    assert client.get("/admin/").status_code == 200
    key = client.cookies["sessionid"].value
    assert key not in stored_text()
    assert client.post("/admin/logout/").status_code == 302
    assert not SessionStore().exists(key)
    client.cookies["sessionid"] = key
    assert client.get("/admin/").status_code == 302


def test_signing_in_gives_a_new_key(users, client):
    session = client.session
    session["colour"] = "blue"
    session.save()
    before = session.session_key
    client.post("/admin/login/", {"username": "editor", "password": "sign-in-password"})
    after = client.cookies["sessionid"].value
    assert before != after
    assert not SessionStore().exists(before)
    assert SessionStore(after)["colour"] == "blue"


def test_the_digest_in_a_cookie_signs_nobody_in(users, client):
    client.force_login(users["editor"])
    client.cookies["sessionid"] = Session.objects.get().session_key
    assert client.get("/admin/").status_code == 302


def test_a_password_change_ends_the_session(users, client):
    client.force_login(users["editor"])
    users["editor"].set_password("another")
    users["editor"].save()
    assert client.get("/admin/").status_code == 302
