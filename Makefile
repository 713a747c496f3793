# `make help` lists what can be asked for. Everything is installed into .venv; the files named .venv/made, .venv/lab,
# .venv/test and .venv/programs only remember that a step was done.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help lab fresh test test-again test-fast test-steady test-pythons test-kernels test-binder test-lite stress bench notebooks pictures docs docs-serve lite lite-serve lite-lock fix lint lock badge

PYTHON ?=
LAB_ARGS ?=
NOTEBOOK ?=
TEST_ARGS ?=
STEADY_ARGS ?=
PYTHONS ?=
BENCH_ARGS ?=
DOCS_ARGS ?=
LITE_ARGS ?=

python := .venv/bin/python
pytest := $(python) -m pytest
fast := --numprocesses 6 --dist worksteal --ignore=tests/browser --ignore=tests/lab --ignore=tests/lite --ignore=tests/node --ignore=tests/process
pip := $(python) -m pip install --quiet --disable-pip-version-check
node_modules := tests/node/node_modules/.package-lock.json
node_tools := tests/node/node_modules/.bin
lite_parts := build/lite-parts/made
first_notebook := 00_check_your_seat.ipynb

# A virtual environment, and all that is installed into it, know their folder by its path, and one Python. Where that folder
# was renamed, moved or copied, or that Python is gone, it is made anew.
venv_is_stale := $(shell [ ! -e .venv/pyvenv.cfg ] || { \
  made_as="$$(sed -n 's/^command = .* -m venv [^/]*//p' .venv/pyvenv.cfg)"; \
  { [ -z "$$made_as" ] || [ "$$(cd "$$made_as" && pwd -P)" = "$$(cd .venv && pwd -P)" ]; } && $(python) -c ''; \
} 2>/dev/null || echo yes)

# Hundreds of processes import the same files: they are to be compiled once, whatever this shell has set.
unexport PYTHONDONTWRITEBYTECODE

as_root := $(if $(filter 0,$(shell id -u)),--allow-root)

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s  %s\n", $$1, $$2 }' Makefile

lab: .venv/lab  ## open JupyterLab on your copy of the course, my-notebooks/ (LAB_ARGS="--no-browser" is passed on)
	$(python) -m tools.working_copy
	$(python) -m jupyterlab --ServerApp.root_dir=my-notebooks --LabApp.default_url=/lab/tree/$(first_notebook) \
	  $(as_root) $(LAB_ARGS)

fresh: .venv/made  ## bring a new copy of one notebook into my-notebooks/, and keep yours: make fresh NOTEBOOK=03
	$(python) -m tools.working_copy --fresh "$(NOTEBOOK)"

test: .venv/programs $(node_modules) $(lite_parts)  ## install what the tests need, then run lint and every test (TEST_ARGS="-k chat" picks some)
	@$(MAKE) --no-print-directory --jobs 2 lint compiled
	$(pytest) --numprocesses 10 --dist loadscope --no-loadscope-reorder $(TEST_ARGS)

.PHONY: compiled
compiled: .venv/programs  # once, beside the linters: else each of the processes would compile all tests for itself
	@$(pytest) --collect-only --quiet --quiet > /dev/null || true

test-again: .venv/test  ## judge once more, alone, what failed last: a fault fails again
	$(pytest) --last-failed --last-failed-no-failures none --verbose $(TEST_ARGS)

test-fast: .venv/test  ## the tests that need no browser, Node, kernel or crowd, in less than half a minute
	$(pytest) $(fast) $(TEST_ARGS)

test-steady: .venv/test  ## the fast tests twenty times with busy loops beside them, and which failed (STEADY_ARGS="--runs 5")
	$(python) -m tools.steady $(STEADY_ARGS)

test-pythons: .venv/test  ## the fast tests on every Python from 3.11 to 3.14 that is here, in environments of their own (PYTHONS="3.12" picks)
	$(python) -m tools.pythons $(PYTHONS)

test-kernels: .venv/programs  ## the chat on other ipykernels (6, 7.3, 7.4) and in Notebook 7, in environments of their own
	$(python) -m pytest tests/kernels $(TEST_ARGS)

test-binder: .venv/programs  ## build what Binder builds, with repo2docker's own lines, and open it
	$(python) -m pytest tests/binder $(TEST_ARGS)

test-lite: .venv/programs $(lite_parts)  ## every notebook of the course in a browser tab, two side by side, and what `make test` asks of it
	$(python) -m pytest tests/lite tests/lite_course $(TEST_ARGS)

stress: .venv/test  ## the tests that take the machine for minutes: a thousand clients, storms
	$(python) -m pytest tests/stress $(TEST_ARGS)

bench: .venv/programs $(node_modules)  ## measure the fan-out beside its peers (BENCH_ARGS="--quick" for a short run)
	$(python) -m bench.bench_fanout $(BENCH_ARGS)
	$(python) -m bench.bench_redis $(BENCH_ARGS)
	$(python) -m bench.bench_websocket
	$(python) -m bench.bench_storm
	$(python) -m bench.bench_panel
	$(python) -m bench.bench_site

notebooks: .venv/test  ## run the notebooks and write outputs, minutes and map (FRESH=1 renews the volatile ones too)
	$(python) -m tools.notebooks $(if $(FRESH),--fresh)
	$(python) -m tools.reading_time --write
	$(python) -m tools.course_map
	$(python) -m tools.protocol

docs: lite  ## build the reading site, build/site, from what is committed, and the course in a browser tab beside it
	$(python) -m tools.site --tab build/lite

docs-serve: lite  ## build the reading site and show it (DOCS_ARGS="--port 8001")
	$(python) -m tools.site --tab build/lite --serve $(DOCS_ARGS)

lite: $(lite_parts)  ## build the course that runs in a browser tab, build/lite: JupyterLab, Python and all, with no server
	$(python) -m tools.lite

lite-serve: $(lite_parts)  ## build it and show it (LITE_ARGS="--port 8003")
	$(python) -m tools.lite --serve $(LITE_ARGS)

pictures: .venv/programs  ## have the browser tests draw the README's pictures anew, into docs/
	$(pytest) tests/pictures --numprocesses 0 --pictures docs $(TEST_ARGS)

fix: .venv/test $(node_modules)  ## format the sources (Python, JavaScript, CSS) and mend what the linters can mend
	$(python) -m ruff format
	$(python) -m ruff check --fix
	$(node_tools)/biome check --write

lint: .venv/test $(node_modules)  ## check the style and the types of Python, JavaScript and CSS
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	$(node_tools)/biome check --error-on-warnings
	$(node_tools)/tsc
	$(node_tools)/tsc -p tests/front_end

lock: .venv/made  ## freeze what Binder installs: binder/constraints.txt, from the newest releases
	$(python) -m tools.lock

lite-lock: .venv/test  ## pin what the course in a browser tab is made of, lite/parts.json, to the newest releases
	$(python) -m tools.lite_parts --renew

badge: .venv/made  ## write the README's Binder badge: make badge REPOSITORY=owner/name
	$(python) -m tools.badge $(REPOSITORY)

.PHONY: stale
stale:

.venv/made: $(if $(venv_is_stale),stale)
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	  if $$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "$$python -m venv $(if $(venv_is_stale),--clear )$(@D)"; \
	    $$python -m venv $(if $(venv_is_stale),--clear )$(@D) && touch $@; exit $$?; \
	  fi; \
	done; \
	echo "No $(or $(PYTHON),Python) of version 3.11 or later with its venv module was found. Install it, then try again:" >&2; \
	echo "  Debian, Ubuntu: apt-get install python3 python3-venv    Fedora: dnf install python3    macOS: brew install python" >&2; \
	echo "or name the one to use: make lab PYTHON=/path/to/python3" >&2; \
	exit 1

.venv/lab: .venv/made requirements.txt pyproject.toml binder/postBuild binder/overrides.json
	$(pip) -r requirements.txt
	PATH="$(CURDIR)/.venv/bin:$$PATH" binder/postBuild
	@touch $@

.venv/test: .venv/lab
	$(pip) -e '.[dev]'
	@touch $@

.venv/programs: .venv/test tools/programs.py
	$(python) -m tools.programs
	@touch $@

$(lite_parts): lite/parts.json tools/lite_parts.py | .venv/programs
	$(python) -m tools.lite_parts
	@touch $@

$(node_modules): tests/node/package-lock.json | .venv/programs
	cd tests/node && npm ci --no-audit --no-fund
	@touch $@
