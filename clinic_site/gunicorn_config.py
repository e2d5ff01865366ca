"""gunicorn's settings, the same for the trial, the tests and the container.

Access lines hold neither a visitor's address nor a query string.
"""

import gc
import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

# Nothing of what is loaded before the workers are made is garbage; looking for it takes a sixth of the start.
gc.disable()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.production")
try:
    settings.DEBUG  # noqa: B018  (reading one loads them all)
except ImproperlyConfigured as error:
    sys.exit(str(error))  # once and in one sentence, not once a worker with a traceback

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
control_socket_disable = True
# Loaded once, before the workers are made: they share that memory and answer at once.
preload_app = True
# A socket for each worker: of one that is shared, a single worker takes nearly every connection. A worker
# that HUP or TTOU takes away cuts off who waits at its socket: restart instead.
reuse_port = True
accesslog = os.environ.get("ACCESS_LOG") or None
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'


def on_starting(server: Any) -> None:
    """End in one sentence where the port is taken. With sockets that share their port, a second site
    would get every other visitor of the first one, and beside any other server workers die for ever.
    So a second one that USR2 starts is refused as well."""
    for address in server.cfg.address:
        if not isinstance(address, tuple):
            sys.exit("The site listens on an address and a port: set BIND and PORT.")
        host, port = address
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                sys.exit(f"Cannot listen on {host} port {port}: {error.strerror}.")


def when_ready(server: Any) -> None:
    """Right before the workers are made. A connection to the database would be theirs all at once, and
    memory that the collector of garbage touches is no longer shared."""
    connections.close_all()
    gc.freeze()
    gc.enable()


def on_reload(server: Any) -> None:
    """HUP reads this file again, and no `when_ready` follows."""
    gc.enable()
