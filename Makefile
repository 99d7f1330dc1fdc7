# `make` alone lists what can be asked. Every target builds .venv when it is missing or out of date.
PY      ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
PORT    ?= 8000
export PORT
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: help demo test sure bench drill corpus serve worlds mutants clients screens a11y translations sheets lock format clean
help:            ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/ -/'

$(VENV)/runtime: requirements.txt
	@test -x $(BIN)/python || $(PY) -m venv $(VENV) || { rm -rf $(VENV); echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/development: $(VENV)/runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/runtime   ## a fictitious territory on 127.0.0.1:$PORT, one real referral through each adapter
	@HUB_ENV=demo $(BIN)/python -m hub demo

serve: $(VENV)/runtime  ## the hub alone, with the settings of the environment
	@$(BIN)/python -m hub serve

test: $(VENV)/development  ## every test; HUB_REQUIRE=postgres,browser,nginx turns skips into failures
	@$(BIN)/python -m pytest

sure: $(VENV)/development  ## what CI runs: format, lint, types, imports, tests, then 2 000 more programs in two worlds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest
	HUB_WORLDS=2000 HUB_WORLDS_FROM=15 $(BIN)/python -m pytest tests/contracts/test_worlds.py tests/contracts/test_worlds_search.py
	HUB_WORLDS=380 HUB_WORLDS_FROM=5 $(BIN)/python -m pytest tests/contracts/test_worlds_acting.py

N ?= 10000
FROM ?= 0
worlds: $(VENV)/development  ## the two-worlds tests, N random programs of each kind from FROM on; HUB_WORLDS_DATABASE=postgres
	@HUB_WORLDS=$(N) HUB_WORLDS_FROM=$(FROM) $(BIN)/python -m pytest tests/contracts/test_worlds.py tests/contracts/test_worlds_search.py tests/contracts/test_worlds_acting.py

mutants: $(VENV)/development  ## faults on purpose: each must be noticed by the leak cases that are there for it
	@$(BIN)/python -m tests.mutants

clients: $(VENV)/development  ## FHIR clients and an OpenID provider that others wrote (needs node and npm), on a running hub
	@cd tests/foreign && npm install --silent --no-audit --no-fund --no-package-lock
	@HUB_REQUIRE=node $(BIN)/python -m pytest -n0 tests/foreign

bench: $(VENV)/development  ## ratios to a floor measured in the same run; DATABASE= SHAPE= SIZE= ROWS= choose pieces
	@$(BIN)/python -m tests.bench

drill: $(VENV)/development  ## kills, failover, full disk, wrong clocks ... while demands come in: what is lost, doubled, invisible; DATABASE=
	@$(BIN)/python -m tests.drill $(DATABASE)

FILE ?= var/corpus.jsonl
corpus: $(VENV)/development  ## record requests with their answers and SQL in FILE; tests/corpus says how to compare two versions
	@$(BIN)/python -m tests.corpus record $(FILE)

screens: $(VENV)/development  ## every page x role x width as a picture in var/screens (needs chromium); PAGES= begins with
	@$(BIN)/python -m tests.pages.screens $(PAGES)

a11y: $(VENV)/development  ## axe on every page, in both widths, schemes and languages (needs chromium)
	@$(BIN)/python -m tests.pages.a11y $(PAGES)

translations: $(VENV)/development  ## gather the sentences of the desk; translate what messages.po leaves empty, then run it again
	@mkdir -p var
	$(BIN)/pybabel -q extract -F hub/desk/babel.cfg -k _l --no-location --sort-output -o var/messages.pot hub/desk
	$(BIN)/pybabel -q update -i var/messages.pot -d hub/desk/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 120
	$(BIN)/python -m hub.desk.tools.french
	$(BIN)/pybabel compile -d hub/desk/translations --statistics

sheets: $(VENV)/development  ## write the kept part of Bootstrap's sheet after bootstrap-kept.txt or the vendored file changed
	@$(BIN)/python -m hub.desk.tools.purge

format: $(VENV)/development  ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:            ## write requirements*.txt from requirements*.in, with hashes (needs uv)
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-header --no-annotate -q requirements.in -o requirements.txt
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-header --no-annotate -q requirements-dev.in -o requirements-dev.txt

clean:           ## forget .venv and var
	rm -rf $(VENV) var
