# make          this help
# make sample   a first run: 40 small tasks, simulated, verified and written as a dataset
# make test     everything that ./check checks
#
# Both set up the environment .venv first, and again only when pyproject.toml or the Makefile has changed.
# PYTHON=python3.12 picks the interpreter, VENV=folder another environment.

PYTHON ?= python3
VENV ?= .venv

python := $(VENV)/bin/python
pip := PYTHONUNBUFFERED=1 $(python) -m pip --disable-pip-version-check --no-input install --no-warn-conflicts --no-compile --progress-bar off

# Installing takes minutes: the names of the packages go by as pip gets to them, eight on a line, and a dot for every five seconds
# in which pip says nothing. What went wrong is in the log.
SHELL := /bin/bash
install = set -o pipefail; $(pip) $(1) 2>&1 | tee $(VENV)/pip.log | { while :; do read -r -t 5 what name _; code=$$?; \
    if [ $$code -gt 128 ]; then printf .; continue; fi; [ $$code -eq 0 ] || break; case "$$what $$name" in \
    "Collecting "*) printf '%s ' "$${name%%[^A-Za-z0-9._-]*}"; count=$$((count + 1)); [ $$((count % 8)) -gt 0 ] || echo;; \
    "Installing collected") echo; [ $$((count)) -le 8 ] || printf 'unpacking them takes another minute ';; \
    esac; done; echo; } || { grep -v '^WARNING\|^Requirement' $(VENV)/pip.log | tail -20 >&2; exit 1; }

# The requirement is written once, as the extra `tau2` in pyproject.toml; the shell asks for it once there is a Python.
tau2 = $$($(python) -c 'import tomllib; \
    print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["tau2"])')

.PHONY: help sample test
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

sample: $(VENV)/.writ-installed
	$(VENV)/bin/writ synth -n 40 --seed 0 --out runs/sample
	@echo "look at it: source $(VENV)/bin/activate; writ report runs/sample; writ show runs/sample --random"

test: $(VENV)/.writ-installed-dev
	VENV="$(VENV)" ./check

$(VENV)/.writ-installed: pyproject.toml Makefile | $(python)
	@echo "installing writ-dspy into $(VENV): about 600 MB, two minutes"
	@$(call install,--editable .)
	@$(call install,--no-deps "$(tau2)")
	@touch $@

$(VENV)/.writ-installed-dev: $(VENV)/.writ-installed
	@echo "installing what ./check needs into $(VENV): a minute"
	@$(call install,--editable ".[dev]")
	@touch $@

$(python):
	@command -v "$(PYTHON)" >/dev/null || { \
	    echo "error: there is no $(PYTHON). Name a Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "error: writ-dspy needs Python 3.11 or newer, and $(PYTHON) is $$("$(PYTHON)" -V 2>&1)." \
	        "Name another: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "making $(VENV) with $$("$(PYTHON)" -V)"
	@log=$$(mktemp); trap 'rm -rf "$(VENV)" "$$log"; echo "interrupted: the same command begins $(VENV) anew" >&2; exit 130' INT; \
	    "$(PYTHON)" -m venv "$(VENV)" 2>"$$log" || { tail -5 "$$log" >&2; rm -rf "$(VENV)" "$$log"; \
	    echo "error: $(PYTHON) could not make $(VENV). Install its venv module (python3-venv)," \
	        "or name another Python: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }; rm -f "$$log"
