"""Training on several devices: the strategy, each replica's part of the batches, and what workers tell each other.

A batch is the same for any number of devices: its tokens are the budget of the configuration, and its rows are dealt to
the replicas in parts of like size. The chief alone writes the run directory; the other workers get from it what they
need.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from lite_transformer_tf.files import atomic_write_bytes
from lite_transformer_tf.models.replicas import part_of_rows
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.training.cluster import MIRRORED, MULTIWORKER, Cluster, check_distribution

if TYPE_CHECKING:
    from lite_transformer_tf.training.training_data import TrainingData

CHUNK = 1 << 22  # bytes that are sent at once
LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.InternalError,
)
"""What TensorFlow raises in a worker when another one has gone."""


class WorkerLostError(ConnectionError):
    """Another worker of a training has ended or cannot be reached."""


class Distribution:
    """How a training is spread over devices and workers.

    Args:
        strategy: Strategy of `tf.distribute`; None for one device.
        cluster: The workers.
    """

    def __init__(self, strategy: tf.distribute.Strategy | None = None, cluster: Cluster | None = None) -> None:
        self.strategy, self.cluster = strategy, cluster or Cluster()
        self.replicas: int = 1 if strategy is None else strategy.num_replicas_in_sync
        self.workers = len(self.cluster.workers)
        self.is_chief = self.cluster.is_chief

    def scope(self) -> AbstractContextManager[Any]:
        """Where the model and its optimizer are made."""
        return nullcontext() if self.strategy is None else self.strategy.scope()

    def describe(self) -> str:
        """The distribution as a line for people."""
        devices = f"{self.replicas} device{'s' if self.replicas > 1 else ''}"
        return f"distribution: {devices}{f' in {self.workers} workers' if self.workers > 1 else ''}"

    def batches(self, data: TrainingData, epoch: int, skip: int, steps: int) -> Any:
        """The next `steps` batches of an epoch, for `model.fit`; each replica gets its part of the rows."""
        dataset = data.dataset(epoch, skip=skip).take(steps)
        strategy, replicas = self.strategy, self.replicas
        if strategy is None:
            return dataset

        def parts(context: tf.distribute.InputContext) -> tf.data.Dataset:
            own = replicas // context.num_input_pipelines
            first = context.input_pipeline_id * own
            numbers = tf.data.Dataset.range(first, first + own)
            split = dataset.flat_map(lambda *batch: numbers.map(lambda number: part_of_rows(batch, number, replicas)))
            return split.prefetch(2 * own)

        return strategy.distribute_datasets_from_function(parts)

    # Between workers

    def total(self, values: np.ndarray) -> np.ndarray:
        """The sum of arrays (N,) float32 over all workers."""
        if self.workers == 1 or self.strategy is None:
            return values
        own = self.replicas // self.workers
        given = tf.constant(values, tf.float32)

        def add() -> tf.Tensor:
            context = tf.distribute.get_replica_context()
            first = tf.cast(context.replica_id_in_sync_group % own == 0, tf.float32)  # one replica of a worker counts
            return context.all_reduce(tf.distribute.ReduceOp.SUM, given * first)

        return self.strategy.experimental_local_results(self.strategy.run(add))[0].numpy()

    def agrees(self, flag: bool) -> bool:
        """Whether the flag is set in any worker."""
        return bool(self.total(np.array([flag], np.float32))[0] > 0)

    def shared(self, data: bytes) -> bytes:
        """The chief's bytes, in every worker."""
        if self.workers == 1:
            return data
        length = np.frombuffer(np.array([len(data)], "<i8").tobytes(), np.uint8)
        size = int(self._from_chief(length).view("<i8")[0])
        own = np.frombuffer(data, np.uint8) if self.is_chief else np.zeros(size, np.uint8)
        parts = [self._from_chief(own[begin : begin + CHUNK]) for begin in range(0, size, CHUNK)]
        return b"".join(part.tobytes() for part in parts)

    def _from_chief(self, values: np.ndarray) -> np.ndarray:
        """The chief's array (N,) uint8."""
        own = values.astype(np.float32) if self.is_chief else np.zeros(len(values), np.float32)
        return self.total(own).astype(np.uint8)

    def shared_figures(self, figures: dict[str, Any]) -> dict[str, Any]:
        """The chief's figures, in every worker."""
        if self.workers == 1:
            return figures
        found: dict[str, Any] = json.loads(self.shared(json.dumps(figures).encode("utf-8")))
        return found

    def share_files(self, folder: Path, files: Iterable[Path]) -> None:
        """Copies the chief's files into a folder of every other worker.

        Args:
            folder: Of this worker.
            files: Paths in the chief's folder; what other workers pass is not used.
        """
        if self.workers == 1:
            return
        names = [str(path.relative_to(folder)) for path in files] if self.is_chief else []
        for name in json.loads(self.shared(json.dumps(names).encode("utf-8"))):
            data = self.shared((folder / name).read_bytes() if self.is_chief else b"")
            if not self.is_chief:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                atomic_write_bytes(folder / name, data)

    def require_same(self, text: str) -> None:
        """Raises `SettingsError` in every worker unless all have the same text, of configuration and data."""
        if self.workers > 1 and self.agrees(self.shared(text.encode("utf-8")) != text.encode("utf-8")):
            raise SettingsError(
                "All workers must be started with the same settings and the same data. "
                f"Received: other ones in at least one of {self.workers} workers"
            )

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Turns TensorFlow's errors about a lost worker into `WorkerLostError`."""
        try:
            yield
        except LOST as error:
            if self.workers == 1:
                raise
            raise WorkerLostError(
                "Another worker of this training has ended or cannot be reached, so this one ends too; see that "
                "worker's messages. Start the same command on all workers, and the run resumes from its last "
                f"checkpoint. Received: {str(error).splitlines()[0][:200]}"
            ) from error


def make_distribution(kind: str | None, announce: Callable[[str], None] = lambda line: None) -> Distribution:
    """The distribution that `--distribute` names. Must come before anything else that TensorFlow computes.

    Args:
        kind: One of `DISTRIBUTIONS`; None for one device.
        announce: Called with lines for people.

    Raises:
        SettingsError: TF_CONFIG is wrong, or there is no TPU.
    """
    cluster = check_distribution(kind)
    if kind is None:
        return Distribution()
    if len(cluster.workers) > 1:
        announce(f"distribution: worker {cluster.number + 1} of {len(cluster.workers)}, waiting for the others")
    distribution = Distribution(_strategy(kind), cluster)
    announce(distribution.describe())
    return distribution


def _strategy(kind: str) -> tf.distribute.Strategy:
    if kind == MIRRORED:
        return tf.distribute.MirroredStrategy()
    if kind == MULTIWORKER:
        return tf.distribute.MultiWorkerMirroredStrategy()
    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver.connect()
    except (ValueError, RuntimeError, OSError, tf.errors.OpError) as error:
        found = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        rule = "--distribute tpu needs a TPU of this machine, or one that TPU_NAME names"
        raise SettingsError(f"{rule}. Received: {found}") from error
    return tf.distribute.TPUStrategy(resolver)
