"""Probes for whatever watches the server. They say up or down and nothing else."""

from collections.abc import Callable

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache


def database_answers() -> bool:
    """True when the database answers a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every check of READINESS_CHECKS holds, else 503 naming those that do not."""
    failing = [path for path in settings.READINESS_CHECKS if not import_string(path)()]
    if failing:
        names = ", ".join(path.rpartition(".")[2] for path in failing)
        return HttpResponse(f"not ready: {names}\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


class ProbeMiddleware:
    """Answers /healthz and /readyz before anything asks for the Host.

    A container's health check and a load balancer come by address, which is none of ALLOWED_HOSTS;
    the probes build no links and tell nothing, so they need no name.
    """

    answers = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answers.get(request.path_info, self.get_response)(request)
