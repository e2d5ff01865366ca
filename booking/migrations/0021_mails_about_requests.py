"""Which mails about requests each member of staff wants, and how far they have been told."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0020_due_of_waiting'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RequestMails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('new_requests', models.CharField(choices=[('never', 'Never'), ('at_once', 'At once'), ('hourly', 'At most once an hour, all together'), ('daily', 'Each morning, all together')], default='never', help_text='How many came and by when an answer is due; nothing of what they say. Example: At once', max_length=8, verbose_name='of new requests')),
                ('overdue', models.BooleanField(editable=False, null=True)),
                ('everywhere', models.BooleanField(default=True, editable=False)),
                ('told_until', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('told', models.JSONField(default=dict, editable=False)),
                ('mailed_at', models.DateTimeField(editable=False, null=True)),
                ('overdue_told_on', models.DateField(editable=False, null=True)),
                ('locations', models.ManyToManyField(blank=True, help_text='None chosen: for all of them. Example: Allen', related_name='+', to='booking.location', verbose_name='for these locations only')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='request_mails', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mails about requests',
                'verbose_name_plural': 'mails about requests',
                'default_permissions': (),
            },
        ),
    ]
