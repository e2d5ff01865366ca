"""Which requests staff took down on the phone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0022_indexes_of_the_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='by_phone',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
