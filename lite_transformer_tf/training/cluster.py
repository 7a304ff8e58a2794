"""Who trains together: what `--distribute` and TF_CONFIG say, checked without TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.readers.errors import DocumentError
from lite_transformer_tf.readers.json_text import parse_json
from lite_transformer_tf.settings import SettingsError

if TYPE_CHECKING:
    from lite_transformer_tf.training.config import TrainingConfig

MIRRORED, MULTIWORKER, TPU = "mirrored", "multiworker", "tpu"
DISTRIBUTIONS = (MIRRORED, MULTIWORKER, TPU)
VARIABLE = "TF_CONFIG"
JOBS = ("chief", "worker")


@dataclass(frozen=True)
class Cluster:
    """The processes of a training.

    Args:
        workers: Their addresses, the chief's first.
        number: Index of this process among them; 0 is the chief, which writes the run directory.
    """

    workers: tuple[str, ...] = ("",)
    number: int = 0

    @property
    def is_chief(self) -> bool:
        """Whether this process writes the run directory."""
        return self.number == 0


def read_cluster(environment: Mapping[str, str] | None = None) -> Cluster:
    """The cluster that TF_CONFIG describes, see `tf.distribute.cluster_resolver.TFConfigClusterResolver`.

    Args:
        environment: Variables. Defaults to those of this process.

    Raises:
        SettingsError: TF_CONFIG is missing, is no JSON, or does not describe this process.
    """
    text = (os.environ if environment is None else environment).get(VARIABLE)
    rule = f"--distribute {MULTIWORKER} needs {VARIABLE}"
    if not text:
        example = '{"cluster": {"worker": ["host1:5000", "host2:5000"]}, "task": {"type": "worker", "index": 0}}'
        raise SettingsError(f"{rule} in the environment of each worker, such as {example}. Received: no {VARIABLE}")
    try:
        found = parse_json(text)
    except DocumentError as error:
        raise SettingsError(f"{rule} as JSON ({error}). Received: {text[:200]!r}") from error
    cluster, task = (_mapping(found, name, rule, text) for name in ("cluster", "task"))
    jobs = {job: _addresses(cluster[job], job, rule) for job in JOBS if job in cluster}
    if unknown := sorted(set(cluster) - {*JOBS, "evaluator"}):
        raise SettingsError(f"{rule} with the jobs {', '.join(JOBS)} only. Received: {unknown}")
    if not jobs.get("worker") and not jobs.get("chief") or len(jobs.get("chief", ())) > 1:
        raise SettingsError(f"{rule} with at least one worker and at most one chief. Received: {text[:200]!r}")
    kind, index = task.get("type"), task.get("index")
    if kind not in jobs or type(index) is not int or not 0 <= index < len(jobs[kind]):
        known = {job: len(addresses) for job, addresses in jobs.items()}
        raise SettingsError(f"{rule} with a task that its cluster contains, {known}. Received: {task!r}")
    chiefs = jobs.get("chief", ())
    number = index if kind == "chief" else len(chiefs) + index
    workers = (*chiefs, *jobs.get("worker", ()))
    if len(set(workers)) != len(workers):
        raise SettingsError(f"{rule} with one address per worker. Received: {list(workers)}")
    return Cluster(workers, number)


def check_distribution(kind: str | None) -> Cluster:
    """The cluster of a training with `--distribute KIND`; one process unless the kind is "multiworker".

    Raises:
        SettingsError: The kind is unknown, or see `read_cluster`.
    """
    if kind is not None and kind not in DISTRIBUTIONS:
        raise SettingsError(f"--distribute must be one of {', '.join(DISTRIBUTIONS)}. Received: {kind!r}")
    return read_cluster() if kind == MULTIWORKER else Cluster()


def check_settings(kind: str | None, training: TrainingConfig) -> None:
    """Raises `SettingsError` for settings that a distribution cannot serve."""
    if kind != TPU:
        return
    rules = [
        (training.accumulation_steps == 1, "accumulation_steps", "must be 1", training.accumulation_steps),
        (training.precision != "mixed_float16", "precision", "must be float32 or mixed_bfloat16", training.precision),
    ]
    for right, name, rule, value in rules:
        if not right:
            raise SettingsError(f"training.{name} {rule} with --distribute {TPU}. Received: {value!r}")


def _mapping(found: Any, name: str, rule: str, text: str) -> dict[str, Any]:
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, dict):
        raise SettingsError(f"{rule} with the objects cluster and task. Received: {text[:200]!r}")
    return value


def _addresses(value: Any, job: str, rule: str) -> tuple[str, ...]:
    right = isinstance(value, list) and all(isinstance(address, str) and ":" in address for address in value)
    if not right:
        raise SettingsError(f"{rule} with a list of HOST:PORT for {job}. Received: {value!r}")
    return tuple(value)
