# Two commands are all a fresh clone needs: `make brief` and `make test`. Both share the environment .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
export OPENBLAS_NUM_THREADS ?= 1
COLD ?= 1.5
MINUTES ?= 5

.PHONY: help brief test test-slow test-page fuzz audit lint format watch hooks lock bench reader-report dist dist-check docs licences release clean

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

.venv/dev: .venv/test requirements/dev.txt
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

.venv/page: .venv/test requirements/page.txt
	@$(PIP) install --require-hashes -r requirements/page.txt
	@touch $@

brief: .venv/core  ## the main job on the example report
	@$(BIN)/detente brief

test: .venv/test  ## the tests
	@$(BIN)/python -m pytest -m "not slow" -n logical --maxprocesses 4 --dist loadfile

test-slow: .venv/test  ## the longer checks
	@$(BIN)/python -m pytest -m slow

test-page: .venv/page  ## the page in a real browser (Chromium), the PDF, the API
	@$(BIN)/python -m pytest tests/page --confcutdir=tests/page

lint: .venv/dev  ## format, lint, types, complexity, dead code
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@complex=$$($(BIN)/radon cc --min C --show-complexity --exclude 'detente/record/propose/*' detente); \
	  test -z "$$complex" || { echo "$$complex" >&2; echo "radon: above 10; split these or make tables of them" >&2; exit 1; }
	@unused=$$($(BIN)/vulture | grep -v "unused variable .* (60%"); \
	  test -z "$$unused" || { echo "$$unused" >&2; echo "vulture: nothing uses these; remove them" >&2; exit 1; }

format: .venv/test  ## put the code in form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

watch: .venv/dev  ## on each change: format, lint, types, and the tests that matter
	@$(BIN)/python tools/watch.py

hooks: .venv/dev  ## the same checks before each commit
	@$(BIN)/pre-commit install

lock:  ## requirements/*.txt again from *.in, with hashes; needs pip-tools (pip install pip-tools)
	@cd requirements && for name in core test dev page docs; do \
	  pip-compile -q --generate-hashes --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	    --no-emit-trusted-host -o $$name.txt $$name.in; done

reader-report: .venv/test  ## rules, kinds and languages of the reader against hand-made records; ARGS="--misses"
	@$(BIN)/python tools/reader_report.py $(ARGS)

fuzz: .venv/test  ## damaged documents, scenarios, worlds, records, requests and tool calls, for MINUTES=5 together
	@$(BIN)/python tools/fuzz.py --minutes $(MINUTES) $(TARGETS)

audit: .venv/test  ## known advisories on the pinned packages, from ADVISORIES=FILE (OSV, JSON or zip)
	@$(BIN)/python tools/audit.py $(ADVISORIES)

bench: .venv/test  ## what is timed, beside the peers (they live in .benchmark-venv)
	@$(BIN)/python benchmarks/bench_one_sector.py

dist: .venv/core  ## the wheel, the same bytes from the same commit, and its list of parts (SBOM)
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build -t wheel
	@$(BIN)/python docs/licences.py --sbom dist

dist-check: dist  ## the wheel alone, without network, watched and measured: a cold brief in COLD seconds, 0 for not checked
	@$(BIN)/python tests/wheel/check_wheel.py --cold $(COLD)

.venv/docs: .venv/test requirements/docs.txt
	@$(PIP) install --require-hashes -r requirements/docs.txt
	@touch $@

docs: .venv/docs  ## the documentation site, into build/site; its blocks and the notebooks run, a warning ends it
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict -q
	@$(BIN)/python -m pytest -m slow tests/test_docs_blocks.py tests/test_examples.py

licences: .venv/test  ## docs/licences.md again, from what is installed
	@$(BIN)/python docs/licences.py

release:  ## tests, wheel, checks, site: only from a clean tree
	@test -z "$$(git status --porcelain)" || { echo "release: the tree has changes; commit or remove them" >&2; exit 1; }
	@$(MAKE) lint test test-slow dist-check docs

clean:  ## remove what the targets made
	rm -rf .venv .benchmark-venv* build dist .pytest_cache .ruff_cache .mypy_cache
