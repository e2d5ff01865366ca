"""Shredding: the one thing that makes old backups of the data unreadable as well.

An epoch's seed lies in one place, wrapped, in its row. Without it nothing that was sealed to the
epoch opens again, wherever a copy of it lies. Backups of the key tables are kept apart and for a
short time; until the last of them is gone, it still opens the epoch.
"""

from django.db import OperationalError, connection, transaction
from wagtail.log_actions import log

from clinic_site.remembered.version import content_changed

from . import holders, log_actions
from .models import Epoch

TABLE = f'"{Epoch._meta.db_table}"'
# Sealing a request reads the table; it must not wait longer than a visitor would.
WAIT_FOR_READERS = "5s"


class EpochInUse(Exception):
    """The epoch is the current one, or something that was sealed to it is still kept."""


@transaction.atomic
def shred(number: int) -> bool:
    """Delete the wrapped seed of an epoch for good and log it; False when that was done before.

    Raises EpochInUse for the current epoch, and as long as any table holds a row sealed to it.
    """
    epoch = Epoch.objects.select_for_update().get(number=number)
    if epoch.wrapped_seed is None:
        return False
    is_current = not Epoch.objects.filter(number__gt=number).exists()
    if is_current or holders.rows_of(bytes(epoch.key_id)):
        raise EpochInUse
    epoch.wrapped_seed = None
    epoch.save(update_fields=["wrapped_seed"])
    content_changed()  # where a restored table has lost its trigger too
    log(instance=epoch.vault, action=log_actions.SHRED, data={"epoch": number})
    return True


def forget_on_disk() -> bool:
    """Take what was deleted out of the database's own files; False when a reader is in the way.

    PostgreSQL's own log (pg_wal, and an archive of it) is beyond what the site can reach. Not
    inside a transaction.
    """
    return _write_table_anew() if connection.vendor == "postgresql" else _empty_log()


def _empty_log() -> bool:
    """SQLite overwrites deleted values (secure_delete), but its log holds the old pages."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        left_something: int = cursor.fetchone()[0]
    return not left_something


def _write_table_anew() -> bool:
    """PostgreSQL keeps an old row until its table is written anew.

    By ALTER TABLE, which takes over the rows of now: VACUUM (FULL) would also keep those that the
    snapshot of any other transaction, an ANALYZE for one, might still ask for.
    https://www.postgresql.org/docs/current/mvcc-caveats.html
    """
    same = "wrapped_seed TYPE bytea USING wrapped_seed || ''::bytea"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_FOR_READERS}'")
            cursor.execute(f"ALTER TABLE {TABLE} ALTER COLUMN {same}")
    except OperationalError:  # somebody has been reading the table all the time
        return False
    return True
