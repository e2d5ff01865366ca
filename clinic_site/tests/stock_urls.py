"""The site's addresses with pages served by Wagtail alone: what remembered pages are compared with."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from wagtail import urls as wagtail_urls
from wagtail.views import serve

from clinic_site import urls

page = re_path(wagtail_urls.serve_pattern, csrf_exempt(gzip_page(serve)), name="wagtail_serve")
urlpatterns = [
    *urls.urlpatterns[:-1],
    *i18n_patterns(*urls.page_patterns, page, prefix_default_language=False),
]
