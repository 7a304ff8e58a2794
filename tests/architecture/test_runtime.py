"""The part that answers on a machine without TensorFlow: what it imports, and how long that takes."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.architecture.source import ROOT
from tests.architecture.test_imports import HEAVY, light_modules

OPEN = "lite_transformer_tf.litert.runtime.open"
PACKAGES = (
    "numpy, pydantic.dataclasses, pydantic.fields, yaml, sentencepiece.sentencepiece_model_pb2, "
    "ai_edge_litert.interpreter"
)
SLOWEST = 0.5  # seconds, the best of three
SHARE = 3.0  # of the time of PACKAGES, on a machine that is too slow for that


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=120)


def test_no_module_of_the_runtime_part_loads_tensorflow():
    """One process for all: what none of them loads together, none loads by itself."""
    code = f"""
import importlib, sys
for name in {light_modules()!r}:
    importlib.import_module(name)
    heavy = sorted({{loaded.split('.')[0] for loaded in sys.modules}} & {HEAVY!r})
    assert not heavy, (name, heavy)
"""
    finished = python("-c", code)
    assert finished.returncode == 0, finished.stderr


def test_opening_a_bundle_imports_in_a_moment():
    """Time of the processor, which other programs on the machine hardly change; and that of the packages it needs."""
    first = f"from time import process_time as now; a = now(); import {PACKAGES}; b = now()"
    code = f"{first}; import {OPEN}; print(b - a, now() - a)"
    packages, whole = min(tuple(map(float, python("-c", code).stdout.split())) for _ in range(3))
    assert whole < max(SLOWEST, SHARE * packages)
