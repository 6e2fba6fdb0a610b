# Two commands: `make demo` shows the whole thing, `make test` proves it. The rest are parts of them.

PYTHON ?= $(firstword $(shell command -v python3.11 python3))
BIN := .venv/bin
PO := $(wildcard config/locale/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)

RUNTIME_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1 gettext
# libatomic1: what drives the browser needs it, and a bare Debian has none.
TEST_PACKAGES := postgresql chromium-headless-shell clamav-daemon libatomic1
# Debian's Python comes without the means to make a virtual environment.
VENV_PACKAGE = $(shell $(PYTHON) -c 'import ensurepip' 2>/dev/null || echo python3-venv)

# The tests start Python some hundred times: what was compiled once is kept, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: demo test setup setup-dev packages packages-dev lint types layers database suite format messages

demo: setup
	TYSTIO_DEMO=yes $(BIN)/python manage.py demo
ifneq ($(SERVE),no)
	TYSTIO_DEMO=yes $(BIN)/python manage.py serve
endif

test: setup-dev
	@$(MAKE) --no-print-directory --jobs=2 --output-sync lint types layers database
	@$(MAKE) --no-print-directory suite

# What the code needs: system packages, a virtual environment, compiled catalogues.

setup: packages
	@$(MAKE) --no-print-directory .venv/runtime.stamp $(MO)

setup-dev: packages-dev
	@$(MAKE) --no-print-directory .venv/dev.stamp $(MO)

packages:
	@sh config/packages.sh $(RUNTIME_PACKAGES) $(VENV_PACKAGE)

packages-dev:
	@sh config/packages.sh $(RUNTIME_PACKAGES) $(TEST_PACKAGES) $(VENV_PACKAGE)

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/%.stamp: config/requirements/%.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

%.mo: %.po
	msgfmt --check-format --output-file=$@ $<

# What `make test` checks, in this order.

lint:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint templates --lint --quiet

types:
	$(BIN)/mypy .

layers:
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .

database:
	$(BIN)/python manage.py makemigrations --check --dry-run --settings=config.settings_test

# Everything on PostgreSQL; on SQLite whatever depends on the database.
suite:
	$(BIN)/python -m tests.postgres $(BIN)/pytest -n 3 --dist worksteal
	$(BIN)/pytest -n 2 --dist worksteal -m database

# What people who work on the code use.

format: setup-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djlint templates --reformat --quiet

messages: setup-dev
	$(BIN)/python manage.py makemessages --settings=config.settings_test
