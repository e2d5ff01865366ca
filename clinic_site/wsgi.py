"""The WSGI entry that gunicorn serves: the site behind its front cache."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils.translation import gettext, override
from wagtail import hooks

from clinic_site.front_cache.wsgi import with_front_cache


def load_what_requests_need() -> None:
    """Every address with its views, Wagtail's hooks and the languages: before the first visitor waits
    for them, and in gunicorn before the workers are made, which then share them."""
    hooks.search_for_hooks()
    for code, _name in settings.LANGUAGES:
        with override(code):
            reverse("wagtail_serve", args=[""])
            gettext("Skip to the content")


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.production")
application = with_front_cache(get_wsgi_application())
load_what_requests_need()
