"""Clinical reviewers may use and upload pictures, as Wagtail lets its own editors do."""

from django.db import migrations

from clinic_site.group_permissions import model_permission

ACTIONS = ["add_image", "change_image", "choose_image"]


def give_pictures(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get(name="Clinical reviewers")
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    for codename in ACTIONS:
        apps.get_model("wagtailcore", "GroupCollectionPermission").objects.get_or_create(
            group=group,
            collection=root,
            permission=model_permission(apps, "wagtailimages", "image", codename),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0003_privacy_facts"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]
    operations = [migrations.RunPython(give_pictures, migrations.RunPython.noop)]
