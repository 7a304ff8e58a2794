"""Importing: legacy Keras is chosen before TensorFlow loads, and TensorFlow loads only when it is needed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

import lite_transformer_tf

CLEAN = {name: value for name, value in os.environ.items() if name != "TF_USE_LEGACY_KERAS"}


def python(code: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code], env={**CLEAN, **environment}, capture_output=True, text=True, timeout=240
    )


def test_tensorflow_first_without_the_variable_is_refused_clearly():
    finished = python("import tensorflow; import lite_transformer_tf")
    assert finished.returncode == 1
    message = finished.stderr.strip().splitlines()[-1]
    assert message.startswith(
        "ImportError: lite_transformer_tf works on legacy Keras (tf_keras), but TensorFlow was already imported"
    )
    assert (
        "Import lite_transformer_tf before tensorflow, or set the environment variable TF_USE_LEGACY_KERAS=1" in message
    )
    assert message.endswith("Received: TF_USE_LEGACY_KERAS=None")


def test_tensorflow_first_with_the_variable_works():
    code = (
        "import tensorflow as tf, tf_keras, lite_transformer_tf as lt; "
        "assert tf.keras.Model is tf_keras.Model; print(lt.preset('iwslt_160').embed_dim)"
    )
    finished = python(code, TF_USE_LEGACY_KERAS="1")
    assert (finished.returncode, finished.stdout) == (0, "160\n"), finished.stderr


def test_the_package_first_selects_legacy_keras():
    code = "import lite_transformer_tf; import os; print(os.environ['TF_USE_LEGACY_KERAS'])"
    finished = python(code)
    assert (finished.returncode, finished.stdout) == (0, "1\n"), finished.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import lite_transformer_tf as lt; lt.preset('iwslt_160'); lt.DecodingOptions",
        "import lite_transformer_tf.cli.main, lite_transformer_tf.cli.programs",
    ],
)
def test_tensorflow_is_not_imported_before_it_is_needed(code):
    heavy = "sorted(m for m in sys.modules if m.split('.')[0] in ('tensorflow', 'tf_keras', 'keras'))[:3]"
    finished = python(f"{code}; import sys; print({heavy})")
    assert (finished.returncode, finished.stdout) == (0, "[]\n"), finished.stderr


def test_every_public_name_is_there():
    for name in lite_transformer_tf.__all__:
        assert getattr(lite_transformer_tf, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'LightTransformer'"):
        lite_transformer_tf.LightTransformer  # noqa: B018


MALLOC = """
import ctypes, resource
import lite_transformer_tf
from lite_transformer_tf import _allocator
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
block = lambda size: (ctypes.memset(address := ctypes.c_void_p(malloc(size)), 1, size), free(address))
malloc, free = ctypes.CDLL(None).malloc, ctypes.CDLL(None).free
malloc.restype = ctypes.c_void_p
malloc.argtypes = [ctypes.c_size_t]
free.argtypes = [ctypes.c_void_p]
block(80 << 20)
before = faults()
for size in range(60, 80): block(size << 20)
print(_allocator.KEPT, (faults() - before) > 20_000)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries are left alone")
@pytest.mark.parametrize("choice, kept", [("keep", "True False"), ("system", "False True")])
def test_freed_memory_is_kept_for_the_next_tensors(choice, kept):
    """The kernel gives every page of twenty large blocks anew, or none."""
    finished = python(MALLOC, LITE_TRANSFORMER_ALLOCATOR=choice)
    assert (finished.returncode, finished.stdout) == (0, f"{kept}\n"), finished.stderr


def test_an_unknown_allocator_is_refused():
    finished = python("import lite_transformer_tf", LITE_TRANSFORMER_ALLOCATOR="fast")
    message = finished.stderr.strip().splitlines()[-1]
    assert finished.returncode == 1 and message.endswith("must be one of ['keep', 'system']. Received: 'fast'")
