"""Searches of an unlocked session, to come back to: nothing of them is readable."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0027_contacted_as_logged'),
        ('vault', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredSearch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vault.vaultsession')),
            ],
            options={
                'verbose_name': 'search',
                'verbose_name_plural': 'searches',
                'default_permissions': (),
            },
        ),
    ]
