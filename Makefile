# Two commands are all a newcomer needs: `make run` and `make test`. The rest is for daily work.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: help run install test smoke setup lint types imports texts format lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: export CORREDOR_URL ?= http://localhost:$(PORT)
run: install ## set everything up and serve http://localhost:8000 (Chicago, SQLite, a drill one click away)
	$(BIN)/corredor init --defaults
	$(BIN)/corredor serve --bind 127.0.0.1:$(PORT)

install: $(VENV)/.run $(VENV)/.front-end $(VENV)/.texts ## what running needs, and nothing else: for a server (docs/operate.md)

test: setup lint types imports texts ## set everything up and run all checks and tests
	@# What fails beside others on a busy machine is run once more by itself; failing twice is failing.
	$(BIN)/pytest -n 2 --dist loadgroup || $(BIN)/pytest --last-failed --last-failed-no-failures none

smoke: ## set up a copy with PYTHON=... and use it: home page, desk sign-in, drill
	"$(PYTHON)" scripts/smoke_test.py "$(PYTHON)"

setup: $(VENV)/.test $(VENV)/.front-end $(VENV)/.texts ## what tests need: Python packages, front-end parts, texts

$(VENV)/bin/python:
	@bash scripts/make_venv.sh "$(PYTHON)" "$(VENV)"

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(VENV)/.run: requirements/base.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Corredor runs on (a minute or two) ..."
	$(PIP) --require-hashes -r requirements/base.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements/dev.txt $(VENV)/.run
	@echo "Installing what the tests need on top ..."
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.front-end: package.json package-lock.json scripts/front_end.py | $(VENV)/.run
	$(BIN)/python scripts/front_end.py
	@touch $@

TEXTS := $(wildcard src/corredor/languages/*/messages/*.po src/corredor/languages/*/language.toml)
$(VENV)/.texts: $(TEXTS) scripts/messages.py | $(VENV)/.run
	$(BIN)/python scripts/messages.py --lenient
	@touch $@

lint: setup ## style and plain mistakes
	$(BIN)/ruff check src tests scripts
	$(BIN)/ruff format --check --quiet src tests scripts
	$(BIN)/python scripts/format_templates.py --check
	$(BIN)/djlint --lint --quiet src/corredor/web/templates

types: setup ## types, strict where it matters most
	$(BIN)/mypy

imports: setup ## the import laws of .importlinter
	$(BIN)/lint-imports

texts: setup ## every text translated, with its placeholders
	$(BIN)/python scripts/messages.py

format: setup ## rewrite to the house style
	$(BIN)/ruff check --fix --quiet src tests scripts; $(BIN)/ruff format --quiet src tests scripts
	$(BIN)/python scripts/format_templates.py

lock: ## pin requirements/*.in anew, with hashes and without any index address
	@for list in base dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    requirements/$$list.in -o requirements/$$list.txt || exit 1; done

clean: ## forget everything that setup made; var/ (your data) stays
	rm -rf $(VENV) node_modules src/corredor/static/vendor build
