"""Production: behind https, and not without its secrets."""

from . import base
from .base import *  # noqa: F403
from .environment import env, require, secret

require(
    SECRET_KEY=base.SECRET_KEY,
    ALLOWED_HOSTS=base.ALLOWED_HOSTS,
    DATABASE_URL=secret("DATABASE_URL"),
    VAULT_PEPPER=base.VAULT_PEPPER,
    BASE_URL=env.str("BASE_URL", default=""),
    CLINIC_PHONE=base.CLINIC_PHONE,
    SECURITY_CONTACT=base.SECURITY_CONTACT,
)

SEARCH_ENGINES = env.bool("SEARCH_ENGINES", default=True)
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# Only behind a proxy that sets the header itself: otherwise a visitor could claim to be on https.
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"

vars().update(env.email_url_config(secret("EMAIL_URL", default="smtp://localhost:25")))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="webmaster@localhost")
