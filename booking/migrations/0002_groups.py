"""The two groups of the front desk."""

from django.db import migrations

from clinic_site.group_permissions import group_with_admin_access, model_permission

REVIEWER = ["view_submission", "change_submission"]
ADMINISTRATOR = [*REVIEWER, "delete_submission", "export_submission"]


def make_groups(apps, schema_editor):
    use_vault = model_permission(
        apps, "vault", "vault", "use_vault", "Can unlock the vault when given access"
    )
    for name, codenames in (
        ("Booking reviewers", REVIEWER),
        ("Booking administrators", ADMINISTRATOR),
    ):
        group = group_with_admin_access(apps, name)
        group.permissions.add(use_vault)
        for codename in codenames:
            label = "Can export requests" if codename == "export_submission" else ""
            group.permissions.add(
                model_permission(apps, "booking", "submission", codename, label)
            )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0001_initial"),
        ("vault", "0001_initial"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
