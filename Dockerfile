# syntax=docker/dockerfile:1

# Wheels first: they change less often than the code.
FROM python:3.13-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-deps --require-hashes -r requirements.txt

FROM packages AS static
WORKDIR /app
COPY . .
# Collecting asks for settings, not for secrets: these two values end with this line.
RUN SECRET_KEY=build VAULT_PEPPER=build DJANGO_SETTINGS_MODULE=clinic_site.settings.dev STATIC_ROOT=/opt/static \
    /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=clinic_site.settings.production \
    STATIC_ROOT=/opt/static \
    VAR_DIR=/var/lib/clinic \
    BIND=0.0.0.0
RUN useradd --system --uid 10001 --no-create-home clinic \
    && install --directory --owner clinic --group clinic --mode 700 /var/lib/clinic
COPY --from=packages /opt/venv /opt/venv
COPY --from=static /opt/static /opt/static
COPY . /app
WORKDIR /app
# The site cannot write beside its code, and would compile it at every start.
RUN python -m compileall -q .
USER clinic
VOLUME /var/lib/clinic
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# Heartbeats go to memory: a disk that hangs must not end a worker.
CMD ["gunicorn", "--config", "clinic_site/gunicorn_config.py", "--worker-tmp-dir", "/dev/shm", "clinic_site.wsgi"]
