"""A request is known by digests of its form and its answers instead of the form's id.

What the site filed as spam by itself, and nobody else did, waits to be looked at. The next
migration takes the ids away: PostgreSQL changes no table whose rows changed in the same transaction.
"""

from hashlib import sha256

from django.conf import settings
from django.db import migrations, models

BATCH = 500


def _digest(token):
    """Of the secret that a form of that id still carries where it is open."""
    return sha256(token.hex.encode()).digest()


def know_forms_by_digest(apps, schema_editor):
    """The answers of the form are not known any more: whatever is sent again counts as changed."""
    Submission = apps.get_model("booking", "Submission")
    rows = []
    for row in Submission.objects.only("pk", "idempotency_token").iterator(chunk_size=BATCH):
        row.form_digest = _digest(row.idempotency_token)
        rows.append(row)
        if len(rows) == BATCH:
            Submission.objects.bulk_update(rows, ["form_digest"])
            rows = []
    Submission.objects.bulk_update(rows, ["form_digest"])
    for check in apps.get_model("booking", "PrivacyCheck").objects.exclude(token=None):
        check.form_digest = _digest(check.token)
        check.save()


def look_at_spam_that_nobody_filed(apps, schema_editor):
    Submission = apps.get_model("booking", "Submission")
    changed = apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(action="booking.status")
    by_people = {
        entry.object_id for entry in changed if entry.data.get("after", {}).get("status") == "spam"
    }
    for pk in Submission.objects.filter(status="spam").values_list("pk", flat=True):
        if str(pk) not in by_people:
            Submission.objects.filter(pk=pk).update(status="check", doubt="earlier")


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0011_names"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="form_digest",
            field=models.BinaryField(editable=False, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="answers_digest",
            field=models.BinaryField(default=b"", editable=False, max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submission",
            name="correction",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="submission",
            name="doubt",
            field=models.CharField(
                blank=True,
                choices=[
                    ("trap", "A field that people do not see was filled in"),
                    ("token", "It came without a form that this site made"),
                    ("elsewhere", "It was sent from a page of another site"),
                    ("earlier", "It was filed as spam by itself, and nobody has changed that"),
                ],
                default="",
                editable=False,
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="submission",
            name="status",
            field=models.CharField(
                choices=[
                    ("new", "New"),
                    ("check", "To look at"),
                    ("contacted", "Contacted"),
                    ("scheduled", "Scheduled"),
                    ("closed", "Closed"),
                    ("spam", "Spam"),
                ],
                db_index=True,
                default="new",
                max_length=12,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            model_name="privacycheck",
            name="form_digest",
            field=models.BinaryField(editable=False, max_length=32, null=True),
        ),
        # There is no way back: a digest does not tell the id that it was made of.
        migrations.RunPython(know_forms_by_digest),
        migrations.RunPython(look_at_spam_that_nobody_filed),
    ]
