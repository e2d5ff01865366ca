"""Settings shared by every place the site runs. What differs comes from the environment."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .environment import database, env, secret

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

DEBUG = False
# On: quickstart may make accounts whose passwords lie in a file.
TRIAL = False
SECRET_KEY = secret("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "home",
    "articles",
    "booking",
    "booking.vault",
    "clinic_site",
    "wagtail_modeladmin",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.locales",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.embeds",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks_db",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clinic_site.middleware.SearchEnginesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "clinic_site.middleware.AdminHeadersMiddleware",
    "clinic_site.probes.ProbeMiddleware",
    # Before whatever may answer with a page: that page speaks the language of its address.
    "clinic_site.middleware.AddressLanguageMiddleware",
    "booking.public.middleware.ServiceUnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "booking.vault.middleware.VaultMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "clinic_site.publishing.middleware.PublishingRefusedMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "clinic_site.urls"
WSGI_APPLICATION = "clinic_site.wsgi.application"
FORM_RENDERER = "clinic_site.renderers.SiteFormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context_processors.clinic",
            ],
        },
    },
]

# Data ------------------------------------------------------------------------------------------

DATABASES = {
    "default": database(secret("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'clinic.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES: dict[str, dict[str, Any]] = {
    # Wagtail keeps the roots of sites and the names of languages here, for an hour. In the memory of
    # one worker they go stale when another changes them, and links to a new language lead nowhere.
    "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    # By the hash of the file, so what one worker remembers stays true.
    "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Seen alike by every worker and node: counts tries. Its `add` must be atomic.
    "shared": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinic_site_shared_cache",
        # Beyond that Django drops what comes first by name, whatever counts on it.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
# How old what is kept of the content may be: after that long a process asks whether anything changed.
CONTENT_VERSION_SECONDS = env.float("CONTENT_VERSION_SECONDS", default=1.0)
# Finished pages that each worker keeps for visitors; 0 switches that off.
FRONT_CACHE_BYTES = env.int("FRONT_CACHE_BYTES", default=16 * 1024 * 1024)
SESSION_ENGINE = "clinic_site.session_store"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Only staff send files. Nothing that anybody sends touches the disk before it is checked.
FILE_UPLOAD_HANDLERS = ["clinic_site.uploads.StaffUploadHandler"]
UPLOAD_LIMIT = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a long StreamField page in the admin is one form

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "clinic_site.storage.OneStylesheetStorage"},
}

# Language and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "clinic_site" / "locale"]
FORMAT_MODULE_PATH = "clinic_site.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("CLINIC_TIME_ZONE", default="America/Chicago")
PHONENUMBER_REGION = "US"

# Sign-in ---------------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "wagtailadmin_login"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# Headers ---------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],  # no script of ours asks; checkers read robots.txt in a page's name
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# The vault -------------------------------------------------------------------------------------

# Mixed into every passphrase key; not in the database, so a stolen dump alone cannot be guessed at.
VAULT_PEPPER = secret("VAULT_PEPPER")
# Fingerprint of the key that signs the vault's manifests; outside the database, so that whoever
# can write to the database cannot put a key of his own in its place.
VAULT_PIN = env.str("VAULT_PIN", default="")
VAULT_EPOCH_DAYS = 30
# How long after the last request of an epoch is due for deletion the epoch is past its limit.
VAULT_SHRED_GRACE_DAYS = env.int("VAULT_SHRED_GRACE_DAYS", default=31)
VAULT_COOKIE_NAME = "__Host-vault"
VAULT_COOKIE_SECURE = True
VAULT_TRIES = 5
VAULT_TRIES_SECONDS = 15 * 60
VAULT_IDLE_SECONDS = 15 * 60
VAULT_ABSOLUTE_SECONDS = 8 * 60 * 60
# Argon2id cost of a new passphrase wrap; the wrap itself says what it was made with.
VAULT_ARGON2 = {"memory_kib": 64 * 1024, "iterations": 3, "lanes": 1}

# Booking ---------------------------------------------------------------------------------------

# Shown where the database, which holds the clinic's settings, cannot be asked.
CLINIC_NAME = env.str("CLINIC_NAME", default="NorTex Psychiatry")
CLINIC_PHONE = env.str("CLINIC_PHONE", default="")
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")

# How the mails go out that visitors ask for; None: as every other mail.
RECEIPT_EMAIL_BACKEND: str | None = None

# The longest that staff may keep requests: seven years.
BOOKING_MAX_RETENTION_DAYS = env.int("BOOKING_MAX_RETENTION_DAYS", default=2555)

READINESS_CHECKS = ["clinic_site.probes.database_answers", "booking.vault.readiness.vault_can_seal"]

# Mails to staff --------------------------------------------------------------------------------

TASKS = {
    # Wagtail's own, such as its index of references: done at once, as in a Wagtail without this setting.
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    # Kept in the database until `manage.py run_background` sends them.
    "mail": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}
# A step of a mail server that takes longer counts as failed; nobody waits for one without a limit.
EMAIL_TIMEOUT = 10

# Wagtail ---------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = CLINIC_NAME
# Pages exist in English; they exist in Spanish once somebody adds that language and translates them.
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")
WAGTAILIMAGES_IMAGE_MODEL = "clinic_site.ClinicImage"
# No SVG and nothing else that a browser would run; a document is always saved, never shown.
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "txt", "xlsx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = UPLOAD_LIMIT
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_DOCUMENT_FORM_BASE = "clinic_site.media_forms.ClinicDocumentForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "jpeg", "jpg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = UPLOAD_LIMIT
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000  # a phone's largest photo; more would fill the memory
WAGTAILIMAGES_IMAGE_FORM_BASE = "clinic_site.media_forms.ClinicImageForm"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILREDIRECTS_AUTO_CREATE = True  # an old address leads on when a slug changes
# Off: every answer asks search engines to leave it out. Only production is open to them.
SEARCH_ENGINES = env.bool("SEARCH_ENGINES", default=False)
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# Errors and logs -------------------------------------------------------------------------------

# Neither POST data nor the variables of a frame may reach a log, a mail or a page.
DEFAULT_EXCEPTION_REPORTER = "clinic_site.error_reports.SilentExceptionReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "clinic_site.error_reports.SilentReporterFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "clinic_site.error_reports.QuietFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "ERROR"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
