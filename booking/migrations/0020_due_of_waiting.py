"""By when the requests that wait today were to be answered: by today's hours, holidays and closings, as
their pages told it until now."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
from django.db import migrations

# As far ahead as promises look.
DAYS = 60
BATCH = 500


def set_due(apps, schema_editor):
    Submission = apps.get_model("booking", "Submission")
    # As plain values: Wagtail's form pages cannot be made without their class.
    days = dict(apps.get_model("booking", "BookingPage").objects.values_list("pk", "answer_working_days"))
    places = {place["pk"]: place for place in placed(apps)}
    waiting = Submission.objects.filter(status__in=["new", "check"], due_at=None)
    dated = []
    for row in waiting.only("received_at", "location", "page").iterator(chunk_size=BATCH):
        place = places[row.location_id]
        received = row.received_at.astimezone(ZoneInfo(place["time_zone"]))
        row.due_at = due_of(received, days[row.page_id], place)
        dated.append(row)
    Submission.objects.bulk_update(dated, ["due_at"], batch_size=BATCH)


def placed(apps):
    """Each location with the last closing time of each weekday, and the spans of its closings."""
    everywhere = spans(apps.get_model("booking", "ClinicClosing").objects)
    hours = apps.get_model("booking", "OpeningHours").objects.order_by("closes")
    closings = apps.get_model("booking", "LocationClosing").objects
    locations = apps.get_model("booking", "Location").objects
    for place in locations.values("pk", "time_zone", "closed_on_holidays"):
        mine = {"location": place["pk"]}
        closes = dict(hours.filter(**mine).values_list("weekday", "closes"))
        yield place | {"closes": closes, "closed": everywhere + spans(closings.filter(**mine))}


def spans(closings):
    return list(closings.values_list("first_day", "last_day"))


def due_of(received, working_days, place):
    left, free = working_days, holidays.country_holidays("US")
    for ahead in range(1, DAYS + 1):
        day = received.date() + timedelta(days=ahead)
        if day.weekday() not in place["closes"]:
            continue
        if place["closed_on_holidays"] and day in free:
            continue
        if any(first <= day <= last for first, last in place["closed"]):
            continue
        left -= 1
        if left <= 0:
            return datetime.combine(day, place["closes"][day.weekday()], received.tzinfo)
    return None


class Migration(migrations.Migration):
    dependencies = [("booking", "0019_answer_due")]

    operations = [migrations.RunPython(set_due, migrations.RunPython.noop, elidable=True)]
