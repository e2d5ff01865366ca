from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "booking.vault"
    label = "vault"
    verbose_name = "Vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks, signal_handlers  # noqa: F401, PLC0415  (Django's place for them)
