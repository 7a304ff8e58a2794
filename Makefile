# `make demo` and `make test` set everything up by themselves: a virtual environment in .venv with the pinned packages.
VENV ?= .venv
RUN := $(VENV)/bin/python
# The first of these that is Python 3.11, 3.12 or 3.13 and can make virtual environments; override with `make PYTHON=...`.
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: demo test test-light test-slow hard lint docs wheel benchmarks setup clean android android-test android-models web

setup: $(VENV)/.complete

$(VENV)/.complete: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv and pip is needed, and none was found; name one: make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: setup  ## translate with a pretrained model, then train on the embedded corpus, export, check: about five minutes
	$(VENV)/bin/lite-transformer train demo --output runs/demo

test: setup android-test  ## the test suite, Kotlin's and Python's: some minutes
	$(RUN) -m pytest -q --numprocesses auto --dist loadfile

android-test: setup  ## the tests of android_demo against answers of this Python code: core's, and where a JDK of version 21 is there the app's and its APK
	PYTHON=$(abspath $(RUN)) android_demo/build.sh test

android: setup  ## the same, and an error where the app cannot be built: android_demo/apk/target/lite-transformer.apk
	PYTHON=$(abspath $(RUN)) android_demo/build.sh apk

ANDROID_MODELS := phrases-en-fr docstrings python-docs
ASSETS := android_demo/app/src/main/assets/models

android-models: setup  ## train, or reuse, the app's models of the three tasks, export them and put them in: about half an hour
	$(RUN) -m train translation --output runs/android/phrases-en-fr
	$(RUN) -m train summarization --output runs/android/docstrings
	$(RUN) -m train language-model --output runs/android/python-docs
	mkdir -p $(ASSETS)
	for model in $(ANDROID_MODELS); do \
		$(RUN) -m export tflite runs/android/$$model --output runs/android/$$model-int8 --overwrite && \
		$(RUN) -m export pack runs/android/$$model-int8 --output $(ASSETS)/$$model.ltpk || exit 1; \
	done

web: setup  ## the page in web_demo/ with its runtime and models, and its tests; without node, npm or Chromium it says what it leaves out
	PYTHON=$(abspath $(RUN)) web_demo/build.sh

test-light: setup  ## the tests that need no TensorFlow: some seconds
	$(RUN) -m pytest -q -m light

test-slow: setup  ## the tests that train for minutes
	$(RUN) -m pytest -q -m slow

hard: setup  ## every trial with damaged files, kills, full disks, paths and texts: hours; writes docs/reliability.md
	$(RUN) -m tests.hard --output docs/reliability.md

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

docs: setup  ## the API reference from the docstrings: build/docs/index.html; warnings are errors
	$(RUN) docs/build_api.py --output build/docs

wheel: setup  ## build the wheel, install its base into a clean environment of every Python here and the whole into one, and use it
	$(RUN) tests/check_wheel.py

clean:
	rm -rf $(VENV) build dist runs
