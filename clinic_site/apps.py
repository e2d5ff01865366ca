from django.apps import AppConfig
from django.db.models.signals import pre_save


class ClinicSiteConfig(AppConfig):
    name = "clinic_site"
    verbose_name = "Clinic site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.models import Page, Revision  # noqa: PLC0415  (models are loaded by now)

        from .publishing.gates import refuse_plain_page, refuse_schedule  # noqa: PLC0415

        pre_save.connect(refuse_plain_page, sender=Page, dispatch_uid="refuse_plain_page")
        pre_save.connect(refuse_schedule, sender=Revision, dispatch_uid="refuse_schedule")
