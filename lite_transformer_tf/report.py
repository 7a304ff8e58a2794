"""report.json: the figures of a program, and the environment that they depend on."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.cores import usable_cores
from lite_transformer_tf.files import PathLike, atomic_write_json

REPORT_NAME = "report.json"
PACKAGES = (
    "lite-transformer-tf",
    "tensorflow",
    "tf-keras",
    "tensorflow-text",
    "keras-nlp",
    "tensorflow-model-optimization",
    "sentencepiece",
    "sacrebleu",
    "rouge-score",
    "sacremoses",
    "ai-edge-litert",
    "ai-edge-quantizer",
    "numpy",
)


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _gpus() -> list[str]:
    """Names of the GPUs if TensorFlow is already in use; it is never imported or started for this."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        return []
    configuration = tensorflow.config
    devices = configuration.list_physical_devices("GPU")
    return [configuration.experimental.get_device_details(device).get("device_name", "GPU") for device in devices]


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def environment() -> dict[str, Any]:
    """CPU, cores, GPUs, operating system, Python and package versions; no host names, user names or paths.

    Returns:
        A dictionary for JSON, without packages that are not installed.
    """
    versions = {package: _version(package) for package in PACKAGES}
    return {
        "cpu": _cpu_model(),
        "cores": usable_cores(),
        "gpus": _gpus(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {package: version for package, version in versions.items() if version is not None},
    }


def _plain(value: object) -> object:
    """`value` with NumPy scalars and arrays, tuples and paths as JSON types; a non-finite number becomes None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"A figure of a report must be a number, text, list or dictionary. Received: {value!r}")


def write_report(
    directory: PathLike, figures: Mapping[str, object], *, seed: int | None = None, name: str = REPORT_NAME
) -> Path:
    """Writes the figures and the `environment` to `directory/report.json`, completely or not at all.

    Args:
        directory: Made if it is missing.
        figures: Numbers, texts, lists and dictionaries (NumPy ones too). Non-finite numbers are written as null.
        seed: Seed of the run, if it has one.
        name: Another file name.

    Returns:
        The path of the file.
    """
    path = Path(directory) / name
    seeded = {} if seed is None else {"seed": seed}
    plain = {key: _plain(value) for key, value in figures.items()}
    atomic_write_json(path, {**plain, **seeded, "environment": environment()})
    return path
