"""Both groups that work on pages may press "Translate"."""

from django.db import migrations

from clinic_site.group_permissions import group_with_admin_access, model_permission


def permit(apps, schema_editor):
    permission = model_permission(
        apps,
        "simple_translation",
        "simpletranslation",
        "submit_translation",
        "Can submit translations",
    )
    for name in ("Editors", "Clinical reviewers"):
        group_with_admin_access(apps, name).permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("home", "0010_spanish"), ("simple_translation", "0001_initial")]
    operations = [migrations.RunPython(permit, migrations.RunPython.noop)]
