"""The WSGI entry that gunicorn serves: the site behind its front cache."""

import os

from django.core.wsgi import get_wsgi_application

from clinic_site.front_cache.wsgi import with_front_cache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.production")
application = with_front_cache(get_wsgi_application())
