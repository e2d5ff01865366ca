"""The two groups that work on the pages. Editors write; clinical reviewers publish."""

from django.db import migrations

from clinic_site.group_permissions import group_with_admin_access, model_permission

EDITOR_MODELS = [
    ("booking", "location", ["add", "change", "delete"]),
    ("articles", "clinician", ["add", "change"]),
    ("home", "clinicsettings", ["change"]),
]
CLINICAL_REVIEWER_MODELS = [("articles", "clinician", ["add", "change", "delete", "publish"])]
CLINICAL_REVIEWER_PAGES = ["add_page", "change_page", "publish_page"]


def make_groups(apps, schema_editor):
    editors = group_with_admin_access(apps, "Editors")
    reviewers = group_with_admin_access(apps, "Clinical reviewers")
    for group, models in ((editors, EDITOR_MODELS), (reviewers, CLINICAL_REVIEWER_MODELS)):
        for app_label, model, actions in models:
            for action in actions:
                group.permissions.add(
                    model_permission(apps, app_label, model, f"{action}_{model}")
                )
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    for codename in CLINICAL_REVIEWER_PAGES:
        apps.get_model("wagtailcore", "GroupPagePermission").objects.get_or_create(
            group=reviewers,
            page=root,
            permission=model_permission(apps, "wagtailcore", "page", codename),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("articles", "0001_initial"),
        ("booking", "0002_groups"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
