import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_groups")]

    operations = [
        migrations.CreateModel(
            name="PrivacyCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ran_at", models.DateTimeField(db_index=True)),
                ("places", models.PositiveSmallIntegerField(default=0)),
                ("hits", models.PositiveIntegerField(default=0)),
                ("complete", models.BooleanField(default=False)),
                ("took", models.DurationField(default=datetime.timedelta)),
                ("token", models.UUIDField(editable=False, null=True)),
            ],
            options={"ordering": ["-ran_at", "-pk"], "default_permissions": ()},
        ),
    ]
