"""Questions of staff give way to the core questions that came with 0017: their keys get "extra_" before them."""

from django.db import migrations

# Of the core questions, those that are new.
NEW = [
    *("call_time", "if_answered", "language_wish", "for_whom", "patient_name", "age_group"),
    *("been_before", "visit_kind", "visit_by", "when", "weekdays", "parts"),
    *("second_day", "second_time"),
]


def give_way(apps, schema_editor):
    fields = apps.get_model("booking", "BookingFormField").objects
    questions = apps.get_model("booking", "Question").objects
    for key in NEW:
        fields.filter(clean_name=key).update(clean_name=f"extra_{key}")
        if not questions.filter(key=f"extra_{key}").exists():
            questions.filter(key=key).update(key=f"extra_{key}")


class Migration(migrations.Migration):
    dependencies = [("booking", "0017_visits")]

    operations = [migrations.RunPython(give_way, migrations.RunPython.noop)]
