from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate, pre_save


class ClinicSiteConfig(AppConfig):
    name = "clinic_site"
    verbose_name = "Clinic site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django_tasks.signals import task_finished  # noqa: PLC0415  (models are loaded by now)
        from django_tasks_db.models import DBTaskResult  # noqa: PLC0415
        from wagtail.models import Page, Revision  # noqa: PLC0415

        from . import checks  # noqa: F401, PLC0415  (Django's place for them)
        from .background.outbox import forget_traceback, try_again_later  # noqa: PLC0415
        from .publishing.gates import refuse_plain_page, refuse_schedule  # noqa: PLC0415
        from .remembered.signal_handlers import after_migrating, before_migrating  # noqa: PLC0415

        pre_save.connect(refuse_plain_page, sender=Page, dispatch_uid="refuse_plain_page")
        pre_save.connect(refuse_schedule, sender=Revision, dispatch_uid="refuse_schedule")
        pre_save.connect(forget_traceback, sender=DBTaskResult, dispatch_uid="forget_traceback")
        task_finished.connect(try_again_later, dispatch_uid="try_again_later")
        # Each is sent for every app; once is enough.
        pre_migrate.connect(before_migrating, sender=self, dispatch_uid="before_migrating")
        post_migrate.connect(after_migrating, sender=self, dispatch_uid="after_migrating")
