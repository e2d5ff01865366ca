"""Shredding: the one thing that makes old backups of the data unreadable as well.

An epoch's seed lies in one place, wrapped, in its row. Without it nothing that was sealed to the
epoch opens again, wherever a copy of it lies. Backups of the key tables are kept apart and for a
short time; until the last of them is gone, it still opens the epoch.
"""

from django.db import connection, transaction
from wagtail.log_actions import log

from . import holders
from .models import Epoch

FORGET = {
    "sqlite": "PRAGMA wal_checkpoint(TRUNCATE)",
    "postgresql": f'VACUUM (FULL) "{Epoch._meta.db_table}"',  # noqa: SLF001  (documented)
}


class EpochInUse(Exception):  # noqa: N818  (a state, not a fault)
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
    log(instance=epoch.vault, action="vault.shred", data={"epoch": number})
    return True


def forget_on_disk() -> bool:
    """Take what was deleted out of the database's own files; False when a reader is in the way.

    SQLite overwrites deleted values (secure_delete), but its write-ahead log holds the old pages
    until it is emptied. PostgreSQL keeps the old row until the table is written anew; its own log
    (pg_wal, and an archive of it) is beyond what the site can reach. Not inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(FORGET[connection.vendor])
        answer = cursor.fetchone() if cursor.description else None
    return answer is None or answer[0] == 0  # SQLite says 1 when it had to leave something
