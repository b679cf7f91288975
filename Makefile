# The portal's commands; `make` alone lists them. Needed on the machine: make and Python 3.11 or newer.

# The first of these that is new enough; `make demo PYTHON=/path/to/python` names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && echo $$python && break; done)
HOST = 127.0.0.1
PORT ?= 8000
SECONDS = 3
PROCESSES = logical
ARGS =

VENV := .venv/bin
MANAGE := $(VENV)/python manage.py
TEMPLATES := find . -name "*.html" -path "*/templates/*" -not -path "./.venv/*" -not -path "./var/*"

.PHONY: help demo test check format translations bench requirements
.PHONY: check-style check-imports check-types check-portal

help:
	@echo "make demo          the portal with its sample data on http://localhost:8000 (PORT=…, HOST=…)"
	@echo "make test          all tests, as many files at once as there are processors (ARGS='-k timeline' for some of them)"
	@echo "make check         style, types, imports between the rooms, migrations, translations, deployment"
	@echo "make format        mend what can be mended: Python files and templates"
	@echo "make translations  collect the German texts of the code into locale/ for translating"
	@echo "make bench         speed of pages and submissions, with more and more ideas (SECONDS=… for each page, FULL=1 for a million)"
	@echo "make requirements  pin the packages anew (needs uv)"

demo: environment-demo
	@$(MANAGE) demo --host $(HOST) --port $(PORT)

test: environment-development
	@$(VENV)/python -m pytest --numprocesses=$(PROCESSES) --dist=loadfile --no-loadscope-reorder $(ARGS)

# Two at a time; each check says one line, or what is wrong.
check: environment-development
	@$(MAKE) --no-print-directory --jobs=2 check-types check-portal check-style check-imports

check-style:
	@$(VENV)/ruff check --quiet . && echo "ruff check: ok"
	@$(VENV)/ruff format --quiet --check . && echo "ruff format: ok"
	@$(TEMPLATES) -exec $(VENV)/djade --check --target-version 5.2 {} + && echo "djade: ok"

check-imports:
	@$(VENV)/python -c "from importlinter.cli import lint_imports_command; lint_imports_command()" > var/imports.log \
		&& echo "import-linter: ok" || { cat var/imports.log; exit 1; }

check-types check-portal: export SECRET_KEY = for-checking-only-9f2b6d41c07e85a3-and-long-enough-for-django
check-types check-portal: export ALLOWED_HOSTS = portal.example
check-types check-portal: export DATABASE_URL = postgresql:///kek
check-types:
	@$(VENV)/python -m mypy --no-error-summary && echo "mypy: ok"

# As in production: neither DEBUG nor DEMO, and HTTPS.
check-portal:
	@HTTPS=true DEBUG=false DEMO=false $(MANAGE) check --deploy --fail-level WARNING > /dev/null && echo "check --deploy: ok"
	@LINEAR_MIGRATIONS=true $(MANAGE) check --fail-level WARNING > /dev/null && echo "linear migrations: ok"
	@$(VENV)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(MANAGE) check_translations

format: environment-development
	@$(VENV)/ruff check --fix --quiet .; $(VENV)/ruff format .
	@$(TEMPLATES) -exec $(VENV)/djade --target-version 5.2 {} +

translations: environment-development
	@$(MANAGE) update_translations

bench: environment-development
	@$(VENV)/python -m benchmarks --seconds $(SECONDS)

requirements:
	@command -v uv > /dev/null || { echo "make requirements needs uv (pip install uv)." >&2; exit 1; }
	@cd requirements && for name in development demo base; do \
		UV_CUSTOM_COMPILE_COMMAND="make requirements" uv pip compile --quiet --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-emit-find-links \
			$$([ $$name = development ] || echo "--constraint development.txt") --output-file $$name.txt $$name.in \
			|| exit 1; done

environment-%:
	@command -v "$(PYTHON)" > /dev/null || { echo "The portal needs Python 3.11 or newer, and none was found." >&2; exit 1; }
	@"$(PYTHON)" requirements/install.py $*
