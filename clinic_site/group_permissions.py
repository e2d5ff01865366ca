"""Giving groups their permissions inside migrations, where Django has not made the rows yet."""

from typing import Any


def model_permission(apps: Any, app_label: str, model: str, codename: str, name: str = "") -> Any:
    """The permission row of a model, made when migrations run before `post_migrate` makes it."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": name or f"Can {codename.replace('_', ' ')}"},
    )
    return permission


def group_with_admin_access(apps: Any, name: str) -> Any:
    """The group of that name, able to sign in to the admin."""
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
    access = model_permission(
        apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"
    )
    group.permissions.add(access)
    return group
