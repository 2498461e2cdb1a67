# Liên Thông. `make up` starts it, `make test` proves it. Needs Python 3.11 and Debian's packages; installs the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT
# tests read a thousand modules: what is compiled once must be kept, whatever the shell asks
unexport PYTHONDONTWRITEBYTECODE

.PHONY: up install test check format bench soak journeys lock help

help: ## Show what can be asked for
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

up: $(BIN)/.installed ## Install what is missing, seed a demonstration nation on the first run, serve http://localhost:8000
	@$(BIN)/lienthong up

install: $(BIN)/.installed ## Install the platform and its tools into .venv

$(BIN)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Cần Python 3.11 trở lên. | Python 3.11 or newer is needed."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

check: $(BIN)/.installed ## Lint, types, the house's import contracts, the catalogue; sizes are reported
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/lienthong check
	@$(BIN)/python scripts/sizes.py

test: check ## Everything: checks, unit and API tests on SQLite and PostgreSQL, journeys in a real browser
	@. scripts/services.sh && need_postgresql && need_tesseract && $(BIN)/python -m pytest -n 2 --dist worksteal
	@. scripts/services.sh && need_chromium && $(BIN)/python -m pytest -m browser tests/journeys

journeys: $(BIN)/.installed ## Only the journeys in a real browser
	@. scripts/services.sh && need_chromium && $(BIN)/python -m pytest -m browser tests/journeys

soak: $(BIN)/.installed ## Bad days: kill -9 in every verb that writes, full disk, jumping clock, PostgreSQL restarts; SOAK_SEED=N repeats
	@. scripts/services.sh && need_postgresql && need_tesseract && $(BIN)/python -m pytest -m soak -n 2 --dist loadgroup

bench: $(BIN)/.installed ## Measure; results in bench/results
	@for file in bench/bench_*.py; do echo "$$file"; $(BIN)/python $$file || exit 1; done

format: $(BIN)/.installed ## Format and mend what can be mended
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: ## Renew requirements.lock from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url --universal --python-version 3.11 \
	  --all-extras pyproject.toml scripts/build.in -o requirements.lock
