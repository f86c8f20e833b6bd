# Huiyin: `make` alone says what there is to make.

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input

# What the tests need of the system: a browser, and letters of both scripts for it to draw.
TEST_PACKAGES := chromium fonts-noto-cjk

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: packages $(VENV)/.made-test ## Install everything that running and testing need

.PHONY: run
run: $(VENV)/.made-run ## Set up and start the whole system on this machine; Ctrl-C stops it
	@exec $(BIN)/huiyin up

.PHONY: test
test: setup check ## Set up and run all checks and tests
	$(BIN)/python -m tests.guards.audit --where-reachable
	$(BIN)/pytest -n 2 --dist loadgroup -m "not chaos"
	$(BIN)/pytest -m chaos

.PHONY: chaos
chaos: setup ## Only the last part of the tests: break a whole system for three minutes
	$(BIN)/pytest -m chaos

.PHONY: check
check: $(VENV)/.made-test ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

.PHONY: audit
audit: $(VENV)/.made-test ## Ask an advisory service about everything that is locked; fails where none answers
	$(BIN)/python -m tests.guards.audit

.PHONY: laws
STEPS ?= 1000000
laws: $(VENV)/.made-test ## Drive cases at random and ask the laws of a case after each step (STEPS=1000000)
	$(BIN)/python -m tests.unit.case_machine --steps $(STEPS)

.PHONY: format
format: $(VENV)/.made-test ## Put the code into its usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: clean
clean: ## Remove what was installed here; data stays
	rm -rf $(VENV) build *.egg-info

.PHONY: packages
packages:
	@scripts/system-packages $(TEST_PACKAGES)

# A stamp's file is younger than all it was made from, so a second `make` has nothing to do.
$(BIN)/python:
	@python=$$(scripts/find-python) && \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
		scripts/system-packages $$($$python -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	fi && \
	echo "Setting up $(VENV) with $$python …" && $$python -m venv $(VENV)

$(VENV)/.made-run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what running needs …"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps -e .
	@touch $@

$(VENV)/.made-test: requirements-test.lock pyproject.toml | $(BIN)/python
	@echo "Installing what running and testing need …"
	@$(PIP) --require-hashes -r requirements-test.lock
	@$(PIP) --no-deps -e .
	@touch $@ $(VENV)/.made-run
