# Two commands are all a fresh clone needs: `make brief` and `make test`. Both share the environment .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help brief test test-slow lint format bench clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | sort

.venv/core: requirements/core.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements/core.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: .venv/core requirements/test.txt
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

.venv/page: .venv/test requirements/page.txt
	@$(PIP) install --require-hashes -r requirements/page.txt
	@touch $@

brief: .venv/core  ## the main job on the example report
	@$(BIN)/detente brief

test: .venv/test  ## the tests
	@$(BIN)/python -m pytest -m "not slow"

test-slow: .venv/test  ## the longer checks
	@$(BIN)/python -m pytest -m slow

lint: .venv/test  ## format, lint, types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: .venv/test  ## put the code in form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/test  ## what is timed, beside the peers (they live in .benchmark-venv)
	@$(BIN)/python benchmarks/bench_one_sector.py

clean:  ## remove what the targets made
	rm -rf .venv .benchmark-venv* .pytest_cache .ruff_cache .mypy_cache
