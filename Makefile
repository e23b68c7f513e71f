# Everything a developer runs. `make` alone prints this list; only python3 (3.11 or newer, with venv) is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GRAPHIQL := gql_api/web/graphiql
ARGS ?=
WORKERS ?= 3
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help serve test check check-static format lint types imports bench schema lock graphiql graphiql-if-possible clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(VENV)/.runtime graphiql-if-possible ## start the server with its database and demo data, and say where it is
	@exec $(BIN)/gql-api serve $(ARGS)

test: $(VENV)/.dev graphiql-if-possible ## run the tests; ARGS="tests/domain -k credits" runs some, WORKERS=3 at once
	@exec env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: ## the whole gate: format, lint, types, imports and the tests (schema and migrations are tests)
	@$(call each,format lint types imports test)

check-static: ## the gate without the tests
	@$(call each,format lint types imports)

# Run every step, also after one has failed; end with the list of those that did.
define each
failed=; for step in $(1); do echo "== make $$step"; $(MAKE) $$step || failed="$$failed $$step"; done; \
if [ -n "$$failed" ]; then echo "FAILED:$$failed" >&2; exit 1; fi; echo "passed: $(1)"
endef

format: $(VENV)/.dev
	@$(BIN)/ruff format --check .

lint: $(VENV)/.dev
	@$(BIN)/ruff check .

types: $(VENV)/.dev
	@$(BIN)/basedpyright

imports: $(VENV)/.dev
	@$(BIN)/lint-imports

bench: $(VENV)/.dev ## measure requests per second of a server started for it
	@exec $(BIN)/python -m benchmarks $(ARGS)

schema: $(VENV)/.runtime ## print the GraphQL schema into schema.graphql
	@$(BIN)/gql-api schema --write schema.graphql

LOCK := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

lock: $(VENV)/.dev ## pin the requirement files anew; ARGS=--upgrade takes newer releases
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements.txt
	$(LOCK) $(ARGS) --group build --constraint requirements.txt --output-file requirements-build.txt
	$(LOCK) $(ARGS) pyproject.toml --group dev --constraint requirements.txt --constraint requirements-build.txt \
		--output-file requirements-dev.txt

graphiql: $(GRAPHIQL)/dist/index.html ## build the GraphiQL page (needs node and npm)

# The page's menu offers the documents of the tests as examples.
$(GRAPHIQL)/dist/index.html: $(wildcard $(GRAPHIQL)/*.json $(GRAPHIQL)/*.mjs $(GRAPHIQL)/src/* tests/documents/*)
	cd $(GRAPHIQL) && npm ci --no-audit --no-fund && npm run build
	@touch $@

# A server does not need the page: without node, or after a build that failed, it goes on and says so.
graphiql-if-possible: | $(BIN)/python
	@if ! command -v node >/dev/null || ! command -v npm >/dev/null; then \
		echo "GraphiQL is not built, its page will be a plain one: node and npm are not installed." >&2; \
	elif [ -e $(VENV)/.graphiql-failed ] && [ ! -e $(GRAPHIQL)/dist/index.html ]; then \
		echo "GraphiQL could not be built before, its page is a plain one; see: make graphiql" >&2; \
	elif $(MAKE) --question graphiql >/dev/null 2>&1; then \
		:; \
	elif echo "building GraphiQL …" >&2; ! $(MAKE) graphiql >$(VENV)/graphiql.log 2>&1; then \
		touch $(VENV)/.graphiql-failed; \
		echo "GraphiQL could not be built, its page will be a plain one; see $(VENV)/graphiql.log" >&2; \
	fi

clean: ## remove everything that was made here (not the database in GQL_API_HOME)
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf $(GRAPHIQL)/dist $(GRAPHIQL)/node_modules benchmarks/peers/node/node_modules
	find gql_api tests alembic benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment: made once, made anew when a pin changes ---------------------------------------------------------

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "$(PYTHON) was not found. Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$($(PYTHON) --version) is too old: Python 3.11 or newer is needed. Name one: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
EDITABLE := $(PIP) --no-deps --no-build-isolation --editable .

$(VENV)/.runtime: $(BIN)/python requirements.txt requirements-build.txt pyproject.toml .ci/hatch_build.py
	@echo "installing the pinned packages; the first time this takes about a minute …"
	@$(PIP) --require-hashes --requirement requirements.txt --requirement requirements-build.txt
	@$(EDITABLE)
	@touch $@

$(VENV)/.dev: $(BIN)/python requirements-dev.txt pyproject.toml .ci/hatch_build.py
	@echo "installing the pinned packages for development; the first time this takes about a minute …"
	@$(PIP) --require-hashes --requirement requirements-dev.txt
	@$(EDITABLE)
	@touch $@ $(VENV)/.runtime
