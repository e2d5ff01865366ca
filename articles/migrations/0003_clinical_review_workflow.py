"""The workflow "Clinical review": what writers submit, the clinical reviewers approve or return.

It takes the place of the workflow that Wagtail makes by itself, for all pages and for clinicians.
A workflow that staff have chosen stays.
"""

from django.db import migrations

from clinic_site.group_permissions import group_with_admin_access

NAME = "Clinical review"
MADE_BY_WAGTAIL = "Moderators approval"


def content_type(apps, model):
    """The row of a model of this app, made when migrations run before `post_migrate` makes it."""
    row, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="articles", model=model
    )
    return row


def make_workflow(apps, schema_editor):
    task = make_task(apps)
    workflow, _ = apps.get_model("wagtailcore", "Workflow").objects.get_or_create(name=NAME)
    apps.get_model("wagtailcore", "WorkflowTask").objects.get_or_create(
        workflow=workflow, task=task, defaults={"sort_order": 0}
    )
    assign(apps, workflow)
    retire_unused(apps)


def make_task(apps):
    Task = apps.get_model("articles", "ClinicalReviewTask")
    task = Task.objects.filter(name=NAME).first() or Task.objects.create(
        name=NAME, content_type=content_type(apps, "clinicalreviewtask")
    )
    group_with_admin_access(apps, "Editors")
    task.groups.add(group_with_admin_access(apps, "Clinical reviewers"))
    return task


def assign(apps, workflow):
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    pages, _ = apps.get_model("wagtailcore", "WorkflowPage").objects.get_or_create(
        page=root, defaults={"workflow": workflow}
    )
    if pages.workflow.name == MADE_BY_WAGTAIL:
        pages.workflow = workflow
        pages.save()
    apps.get_model("wagtailcore", "WorkflowContentType").objects.get_or_create(
        content_type=content_type(apps, "clinician"), defaults={"workflow": workflow}
    )


def retire_unused(apps):
    """Wagtail's own workflow is no longer offered, unless it stands somewhere or was ever used."""
    apps.get_model("wagtailcore", "Workflow").objects.filter(
        name=MADE_BY_WAGTAIL,
        workflow_pages=None,
        workflow_content_types=None,
        workflow_states=None,
    ).update(active=False)


def unmake_workflow(apps, schema_editor):
    """Takes the workflow away with everything submitted to it; Wagtail's own comes back."""
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")
    wagtails = Workflow.objects.filter(name=MADE_BY_WAGTAIL).first()
    if wagtails:
        wagtails.active = True
        wagtails.save()
        WorkflowPage.objects.filter(workflow__name=NAME).update(workflow=wagtails)
    Workflow.objects.filter(name=NAME).delete()
    apps.get_model("articles", "ClinicalReviewTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_clinical_review")]
    operations = [migrations.RunPython(make_workflow, unmake_workflow)]
