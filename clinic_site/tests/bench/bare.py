"""What Django can do at most: one view that returns the article's bytes; no middleware, no database."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

_BODY = (Path(os.environ["BENCH_ANSWERS"]) / "plain").read_bytes()


def article(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_BODY)


urlpatterns = [path("plain", article)]

if not settings.configured:
    settings.configure(
        ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="only-here", MIDDLEWARE=[]
    )
application = get_wsgi_application()
