"""Closing days of a location and of the whole clinic. Editors keep both, as they keep the locations."""

import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models

from clinic_site.group_permissions import group_with_admin_access, model_permission


def permit(apps, schema_editor):
    editors = group_with_admin_access(apps, "Editors")
    for action in ("add", "change", "delete"):
        editors.permissions.add(
            model_permission(
                apps,
                "booking",
                "clinicclosing",
                f"{action}_clinicclosing",
                f"Can {action} closing of the whole clinic",
            )
        )


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0013_one_request_for_each_form'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClinicClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(help_text='The first day that is closed. Example: 2026-12-24', verbose_name='first day')),
                ('last_day', models.DateField(help_text='The last day that is closed; for a closing of one day the same once more. Example: 2027-01-01', verbose_name='last day')),
                ('sentence', models.CharField(help_text='Shown after the days, from 14 days before, and to whoever asks for one of these days. Example: We are away over the holidays.', max_length=200, verbose_name='sentence for visitors')),
                ('sentence_es', models.CharField(blank=True, help_text='Shown on Spanish pages. Empty: the English sentence, marked as English. Example: Volvemos después de las fiestas.', max_length=200, verbose_name='sentence for visitors in Spanish')),
            ],
            options={
                'verbose_name': 'closing of the whole clinic',
                'verbose_name_plural': 'closings of the whole clinic',
                'ordering': ['first_day', 'last_day', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='booking_clinicclosing_ends_after_beginning', violation_error_message='The last day must not be before the first.')],
            },
        ),
        migrations.CreateModel(
            name='LocationClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(help_text='The first day that is closed. Example: 2026-12-24', verbose_name='first day')),
                ('last_day', models.DateField(help_text='The last day that is closed; for a closing of one day the same once more. Example: 2027-01-01', verbose_name='last day')),
                ('sentence', models.CharField(help_text='Shown after the days, from 14 days before, and to whoever asks for one of these days. Example: We are away over the holidays.', max_length=200, verbose_name='sentence for visitors')),
                ('sentence_es', models.CharField(blank=True, help_text='Shown on Spanish pages. Empty: the English sentence, marked as English. Example: Volvemos después de las fiestas.', max_length=200, verbose_name='sentence for visitors in Spanish')),
                ('location', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='closings', to='booking.location')),
            ],
            options={
                'verbose_name': 'closing',
                'verbose_name_plural': 'closings',
                'ordering': ['first_day', 'last_day', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='booking_locationclosing_ends_after_beginning', violation_error_message='The last day must not be before the first.')],
            },
        ),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
