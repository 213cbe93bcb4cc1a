# The commands of the house. `make` alone lists them. GNU make 3.81 or newer is enough.

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed

# Words for the command behind a target: make demo ARGS="--once"
ARGS ?=
# Test processes side by side: more than the two cores, because stories wait more than they compute.
JOBS ?= 4
# make setup PYTHON=python3.13 takes that one; otherwise the first of these that is new enough.
PYTHON ?=
PYTHONS := $(if $(PYTHON),$(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)

# $(call step,what it does,command): says what it does and how long it took, and fails as the command fails.
define step
@echo "== $(1)"; from=$$(date +%s); $(2); code=$$?; took=$$(($$(date +%s) - from)); \
if [ $$code -eq 0 ]; then echo "   done in $$took s"; else echo "   failed after $$took s"; fi; exit $$code
endef

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format types layers pytest coverage learned prove evaluate bench check migrate lock clean

help: ## list these commands
	@echo "gridbot: make <command>"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "The environment is made in $(VENV) the first time it is needed."

setup: learned ## make .venv and install the locked dependencies
	@echo "The environment is ready in $(VENV)."

# The environment is made anew if there is none or its Python is too old, and kept otherwise.
# Wheels only: nothing is compiled, and no build fetches anything that the lock does not name.
$(STAMP): requirements-dev.lock pyproject.toml
	@if ! $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		found=; \
		for candidate in $(PYTHONS); do \
			if $$candidate -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
				found=$$candidate; break; \
			fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo "gridbot needs Python 3.11 or newer with venv; none of these has it: $(PYTHONS)" >&2; \
			echo "Debian and Ubuntu: apt-get install python3-venv. Another place: make setup PYTHON=/path/to/python3" >&2; \
			exit 1; \
		fi; \
		echo "== making $(VENV) with $$found ($$($$found -c 'import platform; print(platform.python_version())'))"; \
		$$found -m venv --clear $(VENV) || exit 1; \
	fi
	$(call step,installing the locked dependencies,$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.lock)
	$(call step,installing gridbot from this folder,$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .)
	$(call step,checking that lock and pyproject.toml agree,$(BIN)/python -m pip check)
	@touch $@

demo: learned ## run the main job on this machine, without any account
	@$(BIN)/gridbot demo $(ARGS)

test: lint types layers learned pytest coverage ## every check and every test (under 10 minutes)

# One after the other, so that the output reads from top to bottom even under `make -j`.
.NOTPARALLEL:

lint: $(STAMP) ## ruff: mistakes and layout
	$(call step,looking for mistakes (ruff check),$(BIN)/ruff check .)
	$(call step,looking at the layout (ruff format),$(BIN)/ruff format --check .)

format: $(STAMP) ## ruff: mend the layout and what can be mended safely
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(STAMP) ## mypy: types
	$(call step,checking the types (mypy),$(BIN)/mypy)

layers: $(STAMP) ## import-linter: who may import whom
	$(call step,checking who imports whom (import-linter),$(BIN)/lint-imports --no-logo)

learned: $(STAMP) ## learn how residents write from the utterances (four minutes, once; kept in your cache)
	$(call step,learning how residents write,$(BIN)/python -m bot.model)

pytest: $(STAMP) ## the tests, with branch coverage
	$(call step,running the tests (pytest),$(BIN)/pytest -n $(JOBS) --dist worksteal -m "not prove" --cov --cov-branch --cov-report= --cov-fail-under=0 $(ARGS))

coverage: $(STAMP) ## how much of the code the last test run saw, and the floor
	$(call step,comparing the coverage with its floor (coverage report),$(BIN)/coverage report)

prove: $(STAMP) ## the long proofs at full size; writes docs/prove.md
	@$(BIN)/python -m tests.prove $(ARGS)

evaluate: $(STAMP) ## how well messages are understood, on lines that nobody tuned on
	@$(BIN)/python -m tests.evaluation $(ARGS)

bench: $(STAMP) ## measure speed, latency, size and growth (ten minutes); writes docs/bench.md
	@$(BIN)/python -m bench $(ARGS)

check: $(STAMP) ## settings, district file, database, rights: what is wrong and what mends it
	@$(BIN)/gridbot check $(ARGS)

migrate: $(STAMP) ## bring the database to the newest revision
	@$(BIN)/gridbot migrate $(ARGS)

# Not behind the stamp: a new dependency in pyproject.toml must be locked before it can be installed.
lock: ## write the lock files anew (UPGRADE=1 takes the newest versions)
	@test -x $(BIN)/uv || { echo "Run 'make setup' first: it brings uv, which writes the locks." >&2; exit 1; }
	$(call step,locking what runs,$(COMPILE) pyproject.toml -o requirements.lock)
	$(call step,locking what builds,echo hatchling | $(COMPILE) - -o requirements-build.lock)
	$(call step,locking what develops,$(COMPILE) pyproject.toml --group dev -c requirements.lock -c requirements-build.lock -o requirements-dev.lock)

clean: ## remove caches and reports, keep .venv
	@rm -rf .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov build dist .coverage .coverage.*
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
