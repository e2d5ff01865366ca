from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0012_corrections")]

    operations = [
        migrations.RemoveField(model_name="privacycheck", name="token"),
        migrations.RemoveField(model_name="submission", name="idempotency_token"),
        migrations.AlterField(
            model_name="submission",
            name="form_digest",
            field=models.BinaryField(editable=False, max_length=32),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                fields=("form_digest", "correction"), name="booking_corrections_one_by_one"
            ),
        ),
    ]
