"""The trial's settings, and searches of one batch a page: they last long on any machine."""

from clinic_site.settings.dev import *  # noqa: F403
from clinic_site.settings.dev import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "clinic_site.tests.batch_by_batch.BatchByBatch"]
