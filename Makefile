# One word per chore, the same by hand and in CI. `make` alone lists them.

BIN := .venv/bin

.PHONY: help install demo test check bench peers scenarios oracles differential mutants coverage chaos reference lock vendor

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | expand -t 12

install:  ## make .venv with the `ringback` command
	@sh scripts/install.sh

# The trap lets Ctrl-C reach the desk, which closes down by itself; make then has no error to report.
demo: install  ## a working desk with virtual people in it (ARGS="--port 9000")
	@trap : INT; $(BIN)/ringback demo $(ARGS) || [ $$? -eq 130 ]

# Two at a time; a file's tests stay together, for they share what is costly to start.
test: check  ## everything: style, types, walls, tests (brings what it needs)
	@sh scripts/browser.sh
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: dev  ## style, types and walls
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy router sim web
	$(BIN)/lint-imports

bench: install  ## how fast the desk is here (ARGS="...")
	@$(BIN)/python -m benchmarks $(ARGS)

scenarios: dev  ## run the scenarios that ship and write docs/scenarios; takes half an hour (ARGS="weekend")
	@$(BIN)/python scripts/scenario_pages.py $(ARGS)

peers: install .venv-peers/installed  ## every simulator on the same two models, beside ours (installs Ciw, salabim and pyworkforce)
	@$(BIN)/python -m benchmarks.peers $(ARGS)

.venv-peers/installed: benchmarks/peers/requirements.txt
	$(BIN)/python -m venv .venv-peers
	.venv-peers/bin/pip install --quiet --requirement benchmarks/peers/requirements.txt
	@touch $@

oracles: dev  ## the twin against queueing theory; takes minutes
	$(BIN)/python -m pytest tests/oracles -m long --timeout 1800

differential: dev  ## the compiled engine against the twin, hundreds of random days; takes minutes
	$(BIN)/python -m pytest tests/sim/kernel -m long --timeout 1800

mutants: dev  ## bugs planted in the desk, each with the law that finds it; takes minutes
	@$(BIN)/python -m tests.core.bugs

coverage: dev  ## every branch of the core, taken by its own tests; takes minutes
	$(BIN)/python -m coverage run --branch --source=router/core -m pytest tests/core tests/lessons -q
	$(BIN)/python -m coverage report --show-missing --skip-covered --fail-under=100

# The trap lets Ctrl-C reach the campaign, which comes to an end in order and says what was done.
chaos: dev  ## kill a real desk 500 times and judge what came of it (ARGS="--kills 20 --seed 1")
	@trap : INT; $(BIN)/python -m tests.chaos --report docs/reference/chaos.md $(ARGS) || [ $$? -eq 130 ]

reference: dev  ## write the documents that are made from the models
	$(BIN)/python scripts/asyncapi.py
	$(BIN)/python scripts/policy_reference.py
	$(BIN)/python scripts/scenario_reference.py
	$(BIN)/python scripts/scenario_pages.py --pages
	$(BIN)/python scripts/draw_lifecycles.py

lock:  ## write requirements*.lock anew from pyproject.toml
	@sh scripts/lock.sh

vendor:  ## build web/static/vendor anew and compare it (needs Node)
	@sh scripts/vendor.sh

.PHONY: dev
dev:
	@sh scripts/install.sh dev
