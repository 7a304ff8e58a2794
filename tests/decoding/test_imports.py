"""Decoding outside of Keras needs no TensorFlow, and the search does not know TFLite."""

from __future__ import annotations

import subprocess
import sys

import pytest

PACKAGE = "lite_transformer_tf"
SEARCH = [f"decoding.{name}" for name in ("options", "numpy_search", "stepper", "translator", "rules.registry")]
WITHOUT_TENSORFLOW = [
    *SEARCH,
    "decoding.completion",
    "decoding.sampling",
    "litert.runtime.generator",
    "litert.runtime.completer",
]


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        (WITHOUT_TENSORFLOW, ["tensorflow", "tf_keras", "keras", f"{PACKAGE}.models", f"{PACKAGE}.litert.graph"]),
        (SEARCH, [f"{PACKAGE}.litert", f"{PACKAGE}.bundle", "ai_edge_litert"]),
    ],
)
def test_what_is_not_imported(modules: list[str], absent: list[str]) -> None:
    code = f"""import sys
{"; ".join(f"import {PACKAGE}.{module}" for module in modules)}
print([name for name in sys.modules if any(name == part or name.startswith(part + '.') for part in {absent!r})])"""
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (finished.returncode, finished.stdout) == (0, "[]\n"), finished.stderr
