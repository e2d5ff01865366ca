"""When requests that are stored were first taken up, as the log tells it.

A migration of its own: PostgreSQL changes no table whose rows changed in the same transaction. One pass over
the log in the order of time, which keeps one moment for each request, then one update for each batch.
"""

from itertools import islice
from uuid import UUID

from django.db import migrations

TAKEN_UP = {"contacted", "scheduled", "closed"}
WAITING = {"new", "check"}
BATCH = 500


def set_contacted(apps, schema_editor):
    Submission = apps.get_model("booking", "Submission")
    moments = iter(moments_of(apps.get_model("wagtailcore", "ModelLogEntry")).items())
    while batch := dict(islice(moments, BATCH)):
        rows = list(Submission.objects.filter(pk__in=batch, contacted_at=None).exclude(status__in=WAITING).only("pk"))
        for row in rows:
            row.contacted_at = batch[row.pk]
        Submission.objects.bulk_update(rows, ["contacted_at"])


def moments_of(ModelLogEntry):
    """By request: when it was first set to contacted, scheduled or closed and never back to waiting since."""
    changes = ModelLogEntry.objects.filter(action="booking.status").order_by("timestamp", "pk")
    moments = {}
    for request, data, moment in changes.values_list("object_id", "data", "timestamp").iterator(chunk_size=BATCH):
        status = (data or {}).get("after", {}).get("status")
        if status in WAITING:
            moments.pop(UUID(request), None)
        elif status in TAKEN_UP:
            moments.setdefault(UUID(request), moment)
    return moments


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0024_figures"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(set_contacted, migrations.RunPython.noop, elidable=True)]
