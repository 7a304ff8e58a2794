"""Selects legacy Keras before any test module imports TensorFlow, and keeps the group `light` free of TensorFlow."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import lite_transformer_tf  # noqa: F401

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as a shell's `&` leaves it: tests interrupt themselves
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _light(path: Path) -> bool:
    return "pytestmark = pytest.mark.light" in path.read_text(encoding="utf-8")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-m light` no other module is imported, since most import TensorFlow."""
    if config.option.markexpr != "light":
        return None
    modules = collection_path.rglob("test_*.py") if collection_path.is_dir() else [collection_path]
    return None if any(_light(module) for module in modules) else True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Every test draws the same random numbers, whichever tests ran before it: a failure can be repeated alone."""
    if "tensorflow" in sys.modules:
        import tf_keras as keras

        keras.utils.set_random_seed(1)


@pytest.fixture(autouse=True)
def _without_tensorflow(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `-m light` a test that imports TensorFlow fails: seconds would become minutes."""
    before = "tensorflow" in sys.modules
    yield
    if request.config.option.markexpr == "light":
        assert before or "tensorflow" not in sys.modules, "A test of the group `light` must not import TensorFlow"
