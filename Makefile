# Nothing is needed but make and Python 3.11, 3.12 or 3.13 with its venv module. Every target makes its own .venv
# from the pinned requirements the first time, and again when they change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/.made
JOBS ?= auto
STAGE ?= dev
ARCH ?= arm64
ARGS ?=

# Who names another Python than that of .venv gets a new .venv: Lambda's runtime follows it (package).
VERSION := -c 'import sys; print("%d.%d" % sys.version_info[:2])'
ifneq ($(origin PYTHON),file)
ifneq ($(wildcard $(MADE)),)
ifneq ($(shell $(PYTHON) $(VERSION) 2>&1),$(shell $(BIN)/python $(VERSION) 2>&1))
.PHONY: $(MADE)
endif
endif
endif

.DEFAULT_GOAL := help
.PHONY: help demo test check words bench package deploy destroy format prove mutate clean

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(MADE) ## a practice lives through two days on this machine
	@$(BIN)/vitosms demo

test: $(MADE) ## all tests
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

check: $(MADE) ## formatting, lint, types, and which room imports which
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

words: $(MADE) ## compile the catalogues: a .mo of each language, which is committed with the .po
	@$(BIN)/python -m infra.catalogues

bench: $(MADE) ## calls, units, times and memory beside what people use instead; four minutes: make bench ARGS=--json
	@$(BIN)/python -m tests.bench $(ARGS)

prove: $(MADE) ## put faults in on purpose, one at a time, and let Lambdas die on the local cloud: is it found? some minutes
	@$(BIN)/python -m pytest tests/prove
	@$(BIN)/python -m tests.prove.prove

package: $(MADE) ## what CloudFormation needs of a stage, in build/: make package STAGE=dev ARCH=arm64, or x86_64
	@$(BIN)/python -m infra.deploy.package --stage $(STAGE) --arch $(ARCH)
	@$(BIN)/cfn-lint build/$(STAGE)/sam.json
	@VITOSMS_PACKAGE=build/$(STAGE) $(BIN)/python -m pytest tests/package

deploy: $(MADE) ## bring a stage to AWS, after a look at what would change: make deploy STAGE=prod
	@$(BIN)/vitosms deploy --stage $(STAGE) --arch $(ARCH) $(ARGS)

destroy: $(MADE) ## remove a stage from AWS, all but its table and its history: make destroy STAGE=dev
	@$(BIN)/vitosms destroy --stage $(STAGE) $(ARGS)

format: $(MADE) ## format and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

mutate: $(MADE) ## change the rules on purpose: do the tests notice? by hand, a minute or two
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-mutate.txt
	@rm -rf mutants
	@$(BIN)/mutmut run
	@! $(BIN)/mutmut results | grep . || { echo "No test noticed these; see one: $(BIN)/mutmut show <name>" >&2; exit 1; }

clean: ## remove everything that was made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis mutants *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE): requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "vitosms needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Name another one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) lacks its venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) from the pinned requirements; about a minute, this time only …" >&2
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location --no-compile \
		--requirement requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(MADE)
