# `make help` explains itself. Everything the project needs is installed here; nothing is expected but
# Python 3.11 with venv, git and make (and, for `make test`, apt-get where the browser is not there yet).
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
EC := $(VENV)/bin/elder-channel
PYTHON ?= python3.11
export ELDER_CHANNEL_BEGAN_AT := $(shell date +%s.%N)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# An environment is made anew when what it is made from changes.
SOURCES := pyproject.toml constraints.txt
LIGHT := $(VENV)/.light
DEV := $(VENV)/.dev
FULL := $(VENV)/.full
VOICES := $(VENV)/.voices

.PHONY: help setup setup-full setup-voices run demo test check bench reports clean
help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(LIGHT) ## The environment of `make run` alone: no torch, no paddle

run: $(LIGHT) ## Start the line, place three demonstration calls, stay up
	@$(EC) run --demo

demo: $(LIGHT) ## The same, and exit
	@$(EC) run --demo --exit

test: $(FULL) browser ## Install every extra and what the tests need, and run the whole suite
	$(PY) -m pytest

check: $(DEV) ## Format, lint, types, direction of imports
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(DEV) ## Measure; ONLY=recognition|replicas|greetings|greetings_day|line|line_beside_planner|routing|console measures one part
	$(PY) -m bench $(if $(ONLY),--only $(ONLY))

reports: $(DEV) ## Copy the reports that the documentation quotes to docs/reports/
	$(EC) reports collect

setup-full: $(FULL) ## Every extra: openai-whisper, PaddleSpeech, sherpa-onnx, dev
setup-voices: $(VOICES) espeak ## The voice that speaks the prompts, for `elder-channel prompts build` and its tests
clean: ## Remove the environment and what was built; state in ./var stays
	rm -rf $(VENV) build

$(PY):
	$(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)

$(LIGHT): $(SOURCES) | $(PY)
	$(PY) -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(DEV): $(SOURCES) $(LIGHT)
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

# torch first and by its exact pin: a plain `torch` may resolve to another build (docs/dependencies.md).
$(FULL): $(SOURCES) $(DEV)
	$(PY) -m pip install --quiet --constraint constraints.txt torch==2.13.0
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[all]'
	@touch $@

$(VOICES): $(SOURCES) $(DEV)
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[voices]'
	@touch $@

.PHONY: espeak
espeak:
	@command -v espeak-ng >/dev/null || { \
	  echo "installing eSpeak NG, by which English is read"; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends espeak-ng >/dev/null; } || \
	  echo "no eSpeak NG: English prompts cannot be rendered here"

.PHONY: browser
browser:
	@command -v chromium >/dev/null || test -n "$$CHROMIUM" || { \
	  echo "installing Chromium for the browser tests"; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; } || \
	  echo "no Chromium: the browser tests will be skipped"
