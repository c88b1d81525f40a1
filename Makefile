# Needs only make and Python 3.11, 3.12, 3.13 or 3.14 with its venv module. Every target creates .venv from the pinned
# requirements the first time, and again when they change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/.made
JOBS ?= auto
STAGE ?= dev
ARCH ?= arm64
RUNTIME ?= 3.13
ARGS ?=

# A PYTHON of another version than that of .venv creates a new .venv. Lambda's runtime is RUNTIME, whatever runs here.
VERSION := -c 'import sys; print("%d.%d" % sys.version_info[:2])'
ifneq ($(origin PYTHON),file)
ifneq ($(wildcard $(MADE)),)
ifneq ($(shell $(PYTHON) $(VERSION) 2>&1),$(shell $(BIN)/python $(VERSION) 2>&1))
.PHONY: $(MADE)
endif
endif
endif

# Each process would compile all that it loads anew, which costs the tests a fifth of their time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo desk test browser screenshots test-under-load check words bench package deploy accept destroy format prove mutate clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(MADE) ## play two days of a practice on this machine
	@$(BIN)/vitosms demo

desk: $(MADE) ## play them, and open the desk of that practice in a browser
	@$(BIN)/vitosms desk $(ARGS)

test: $(MADE) ## run all tests, and name those that take most CPU time
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --slowest 25

browser: $(MADE) ## run only the tests that walk through the desk in Chromium (two minutes)
	@$(BIN)/python -m pytest tests/walks --slowest 5

screenshots: $(MADE) ## write every page of the desk, in two widths and four languages, into build/screenshots/
	@$(BIN)/python -m tests.walks.screenshots

test-under-load: $(MADE) ## run all tests beside six busy processes; some minutes longer
	@$(BIN)/python -m tests.under_load -n $(JOBS) --dist worksteal

check: $(MADE) ## check formatting, lint, types, and imports between rooms
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

words: $(MADE) ## compile the catalogues: a .mo of each language, which is committed with the .po
	@$(BIN)/python -m infra.catalogues

bench: $(MADE) ## compare calls, units, times and memory with usual alternatives (four minutes): make bench ARGS=--json
	@$(BIN)/python -m tests.bench $(ARGS)

prove: $(MADE) ## check that deliberate faults are detected, and let Lambdas die on the local cloud; some minutes
	@$(BIN)/python -m pytest tests/prove
	@$(BIN)/python -m tests.prove.prove

package: $(MADE) ## build the zip and the template of a stage, in build/: make package STAGE=dev ARCH=arm64 RUNTIME=3.13
	@$(BIN)/python -m infra.deploy.package --stage $(STAGE) --arch $(ARCH) --runtime $(RUNTIME)
	@$(BIN)/cfn-lint build/$(STAGE)/sam.json
	@VITOSMS_PACKAGE=build/$(STAGE) $(BIN)/python -m pytest tests/package

deploy: $(MADE) ## deploy a stage to AWS, after showing the changes: make deploy STAGE=prod
	@$(BIN)/vitosms deploy --stage $(STAGE) --arch $(ARCH) $(ARGS)

accept: $(MADE) ## try on a real account what only AWS can answer, asking before each step: make accept STAGE=dev
	@$(BIN)/python -m infra.accept --stage $(STAGE) $(ARGS)

destroy: $(MADE) ## remove a stage from AWS, except its table and its history: make destroy STAGE=dev
	@$(BIN)/vitosms destroy --stage $(STAGE) $(ARGS)

format: $(MADE) ## format, and fix lint where possible
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

mutate: $(MADE) ## check that the tests detect deliberate changes of the rules; by hand, a minute or two
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-mutate.txt
	@rm -rf mutants
	@$(BIN)/mutmut run
	@! $(BIN)/mutmut results | grep . || { echo "No test noticed these; see one: $(BIN)/mutmut show <name>" >&2; exit 1; }

clean: ## remove everything that make has created
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis mutants *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE): requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { \
		echo "vitosms needs Python 3.11, 3.12, 3.13 or 3.14; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Name another one: make PYTHON=python3.13 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) lacks its venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) from the pinned requirements; about a minute, this time only …" >&2
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location --no-compile \
		--requirement requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(MADE)
