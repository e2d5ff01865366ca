"""Every address of the site but the probes (see probes.py). Pages are Wagtail's; the rest is listed here."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.static import serve as serve_file
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from . import views
from .remembered.serving import serve_page
from .sitemaps import PageSitemap

# The only page that takes a POST is the booking page. It acts for nobody who is signed in: its form
# carries a signed token of its own, and to withdraw a request takes its code. So it needs no cookie, and
# a blocked cookie loses no text.
# Public pages alone are compressed: they hold no secret that their length could tell (BREACH).
public_page = re_path(
    wagtail_urls.serve_pattern, csrf_exempt(gzip_page(serve_page)), name="wagtail_serve"
)
page_patterns = [
    pattern
    for pattern in wagtail_urls.urlpatterns
    if getattr(pattern, "name", "") != "wagtail_serve"
]

handler404 = "clinic_site.remembered.serving.page_not_found"
handler500 = views.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", views.robots_txt),
    path(".well-known/security.txt", views.security_txt),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PageSitemap}}),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]
if settings.SERVE_MEDIA:
    # Pictures only: documents have an address that asks who may read them and never shows them.
    pictures = r"^media/(?P<path>(?:images|original_images)/[^/]+)$"
    urlpatterns.append(re_path(pictures, serve_file, {"document_root": settings.MEDIA_ROOT}))
# English has no prefix, so that no address changes when Spanish pages come, under /es/.
urlpatterns += i18n_patterns(*page_patterns, public_page, prefix_default_language=False)
