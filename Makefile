# `make demo` and `make test` set everything up by themselves: a virtual environment in .venv with the pinned packages.
VENV ?= .venv
RUN := $(VENV)/bin/python
# The first of these that is Python 3.11, 3.12 or 3.13 and can make virtual environments; override with `make PYTHON=...`.
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: demo test test-slow lint wheel benchmarks setup clean

setup: $(VENV)/.complete

$(VENV)/.complete: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv and pip is needed, and none was found; name one: make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: setup  ## train on the embedded corpus, export, check, translate: about five minutes
	$(RUN) -m train demo --output runs/demo

test: setup  ## the test suite: some minutes
	$(RUN) -m pytest -q --numprocesses auto --dist loadfile

test-slow: setup  ## the tests that train for minutes
	$(RUN) -m pytest -q -m slow

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

wheel: setup  ## build the wheel, install it into a clean environment of every Python here, and translate with it
	$(RUN) tests/check_wheel.py

clean:
	rm -rf $(VENV) build dist runs
