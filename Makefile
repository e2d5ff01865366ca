# The site's commands. `make` alone lists them; the README explains them in order.
#
# PYTHON=python3.13 chooses the interpreter, VENV=.venv-3.13 the folder of the virtual environment,
# ARGS="booking -k forms" goes on to pytest, ARGS="cost load" to the benchmark.

PORT ?= 8000
VENV ?= .venv
# What Python reads and writes is UTF-8, whatever the LANG of the shell says.
PYTHONUTF8 = 1
# What Python has compiled it keeps: without that the site takes four times as long to load.
PYTHONDONTWRITEBYTECODE =
export PORT VENV PYTHON PYTHONUTF8 PYTHONDONTWRITEBYTECODE

PY = $(VENV)/bin/python
APPS = clinic_site home articles booking

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres lint format bench font pictures html-check lighthouse screenshots mutations mutants coverage messages lock environment environment-dev

help: ## List these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 22

run: ## Set up and serve the trial on http://127.0.0.1:8000 (PORT= to change)
	@.ci/serve

test: environment-dev ## Set up and run every test
	@.ci/chromium
	@$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

test-postgres: environment-dev ## Every test on a PostgreSQL that is started for it and thrown away
	@.ci/postgres $(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: environment-dev ## Style, types, templates, migrations, locks
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(APPS)
	$(PY) -m djlint templates --lint --quiet
	$(PY) .ci/check_locks.py
	DJANGO_SETTINGS_MODULE=clinic_site.settings.test $(PY) manage.py check --fail-level WARNING
	DJANGO_SETTINGS_MODULE=clinic_site.settings.test $(PY) manage.py makemigrations --check --dry-run

format: environment-dev ## Put the code into the one format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: environment-dev ## Print how fast vault and desk are, then the site beside stock Wagtail (ARGS="cost load" for parts)
	@$(if $(ARGS),,DJANGO_SETTINGS_MODULE=clinic_site.settings.test $(PY) -m booking.tests.bench && DJANGO_SETTINGS_MODULE=clinic_site.settings.test $(PY) -m booking.tests.bench_search)
	@POSTGRES_DURABLE=1 .ci/postgres $(PY) -m clinic_site.tests.bench $(ARGS)

html-check: environment-dev ## The Nu HTML checker on every public page: no error, no warning
	@.ci/chromium
	@$(PY) -m pytest -q -s clinic_site/tests/browser/test_html.py

lighthouse: environment-dev ## Lighthouse on a phone, median of three: 100, 100, 100 and 98, and the paint times
	@.ci/chromium
	@$(PY) -m clinic_site.tests.browser.lighthouse

screenshots: environment-dev ## Every page at 320, 768 and 1280 px in light, dark and print, to var/screenshots
	@.ci/chromium
	@$(PY) -m clinic_site.tests.browser.screenshots

font: environment-dev ## Make the site's font again from the published package
	@.ci/font

pictures: environment-dev ## Draw the PNG files of the site again from its SVG
	@.ci/chromium
	@$(PY) .ci/pictures.py

mutations: environment-dev ## Damage 200,000 sealed messages: none may open
	@MUTATIONS=200000 $(PY) -m pytest -q -s booking/vault/tests/test_mutations.py

mutants: environment-dev ## Break crypto.py on purpose, line by line: 95 % must be noticed
	@$(PY) .ci/mutants.py

coverage: environment-dev ## Print which branches of booking/vault no test takes: none may be left
	@$(PY) -m coverage run -m pytest -q -m "not browser" booking home $(ARGS)
	@.ci/postgres $(PY) -m coverage run --append -m pytest -q booking/vault/tests/test_shredding.py
	@$(PY) -m coverage report

PO = clinic_site/locale/es/LC_MESSAGES/django.po

messages: environment-dev ## Renew and compile the Spanish catalogue; needs GNU gettext
	DJANGO_SETTINGS_MODULE=clinic_site.settings.test $(PY) manage.py makemessages --locale es \
		--ignore ".venv*" --ignore var --ignore "*/tests/*" --no-obsolete --no-wrap --add-location file
	$(PY) -m babel.messages.frontend compile --input-file $(PO) --output-file $(PO:.po=.mo) --statistics

lock: environment-dev ## Lock requirements*.in with hashes, after a change to them
	$(PY) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	$(PY) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt

environment:
	@.ci/environment requirements.txt

environment-dev:
	@.ci/environment requirements-dev.txt
