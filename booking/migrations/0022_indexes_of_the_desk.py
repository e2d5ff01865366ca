"""Indexes that answer what the desk counts and sorts, in place of one for each column."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0021_mails_about_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='submission',
            name='booking_requests_due',
        ),
        migrations.AlterField(
            model_name='submission',
            name='assignee',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assigned_submissions', to=settings.AUTH_USER_MODEL, verbose_name='assignee'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='location',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='booking.location', verbose_name='location'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='page',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='booking.bookingpage'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='received_at',
            field=models.DateTimeField(verbose_name='received'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='status',
            field=models.CharField(choices=[('new', 'New'), ('check', 'To look at'), ('contacted', 'Contacted'), ('scheduled', 'Scheduled'), ('closed', 'Closed'), ('spam', 'Spam'), ('withdrawn', 'Withdrawn')], default='new', max_length=12, verbose_name='status'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['status', 'due_at', 'received_at', 'id', 'page', 'hold', 'assignee', 'location'], name='booking_requests_by_due'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['received_at', 'id', 'status', 'page', 'hold', 'assignee', 'location'], name='booking_requests_by_arrival'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['assignee', 'status', 'due_at', 'received_at', 'id', 'page', 'hold', 'location'], name='booking_requests_by_person'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['location', 'received_at', 'status', 'due_at', 'id', 'page', 'hold', 'assignee'], name='booking_requests_by_place'),
        ),
    ]
