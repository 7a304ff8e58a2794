"""Training that begins with a trained model: its weights and its vocabularies, with other data or another schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic

from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.files import PathLike, atomic_write_bytes, atomic_write_json
from lite_transformer_tf.limits import DEFAULT_LIMITS, read_limited
from lite_transformer_tf.model_directory import CONFIG_FILE, WEIGHTS_FILE
from lite_transformer_tf.models.saving import load_config, load_task, vocabulary_sizes
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.readers.json_text import read_object
from lite_transformer_tf.restoring.bundles import trainable_directory
from lite_transformer_tf.restoring.stored import stored_weights
from lite_transformer_tf.settings import SettingsError, differences
from lite_transformer_tf.training.run_directory import vocabulary_files
from lite_transformer_tf.training.task import M, Task

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.training.config import TaskConfig
    from lite_transformer_tf.training.training_data import TrainingData


def copy_vocabularies(source: Path, target: Path) -> None:
    """Copies a model's vocabulary files, each completely or not at all."""
    for path in vocabulary_files(source):
        atomic_write_bytes(target / path.name, read_limited(path, DEFAULT_LIMITS.vocabulary_bytes))


def find_model(path: PathLike, name: str = "--start") -> Path:
    """The model directory of a finished run, a model directory itself, or one made from a bundle.

    Args:
        path: Where it lies.
        name: What names it, for the message.

    Raises:
        FileNotFoundError: It is none of them.
        BundleError: A bundle cannot become a model again.
    """
    folder = trainable_directory(path, FileNotFoundError)
    if folder is None:
        rule = f"{name} must be a finished run, its model directory, a bundle, or the name of a pretrained model"
        raise FileNotFoundError(f"{rule}. Received: {str(path)!r}, which has no {CONFIG_FILE}")
    return folder


def require_task(model: Path, task: str, path: PathLike, name: str = "--start") -> None:
    """Raises `SettingsError` unless a model directory holds a model for `task`; `path` and `name` are for it."""
    made_for = load_task(model)[0]
    if made_for != task:
        raise SettingsError(f"{name} must be a model for {task}. Received: {str(path)!r}, a model for {made_for}")


class WrappedTask(Generic[M]):
    """A `run.Task` that asks another one. A subclass changes what it needs.

    Args:
        inner: The other task.
    """

    def __init__(self, inner: Task[M]) -> None:
        self._inner = inner
        self.name, self.title, self.score = inner.name, inner.title, inner.score
        self.callbacks: Sequence[keras.callbacks.Callback] = ()
        self.teacher: Teacher | None = None

    @property
    def data(self) -> TrainingData:
        return self._inner.data

    def fingerprint(self) -> Mapping[str, Any]:
        return self._inner.fingerprint()

    def prepare(self, directory: Path) -> None:
        self._inner.prepare(directory)

    def build_model(self) -> M:
        return self._inner.build_model()

    def validate(self, model: M, decode: bool, final: bool = False) -> dict[str, Any]:
        return self._inner.validate(model, decode, final)

    def test(self, model: M, directory: Path) -> dict[str, Any]:
        return self._inner.test(model, directory)

    def describe(self) -> dict[str, Any]:
        return self._inner.describe()

    def save(self, model: M, directory: Path, test: dict[str, Any]) -> None:
        self._inner.save(model, directory, test)


class FineTuningTask(WrappedTask[M]):
    """A `run.Task` that begins with the weights of a model and keeps its vocabularies; the rest is the inner task's.

    Args:
        inner: the task.
        config: its configuration, which describes the architecture of the model. Dropout may differ; the `vocabulary`
            section is not used.
        start: the model, see `find_model`.

    Raises:
        FileNotFoundError: there is none.
        SettingsError: it was made for another task, or has another architecture.
    """

    def __init__(self, inner: Task[M], config: TaskConfig, start: PathLike) -> None:
        super().__init__(inner)
        self._start = find_model(start)
        require_task(self._start, inner.name, start)
        stored = load_config(self._start)
        described = config.build_model_config(*vocabulary_sizes(stored))
        if changes := differences(_without_dropout(stored.to_dict()), _without_dropout(described.to_dict())):
            raise SettingsError(
                f"--start: that model's architecture differs from the configuration: {'; '.join(changes[:5])}. "
                f"Received: {str(start)!r}"
            )

    def fingerprint(self) -> dict[str, Any]:
        """The inner task's, and that of the weights: a run goes on only with the model that it began with."""
        return {**self._inner.fingerprint(), "start": file_digest(self._start / WEIGHTS_FILE)}

    def prepare(self, directory: Path) -> None:
        copy_vocabularies(self._start, directory)
        self._inner.prepare(directory)

    def build_model(self) -> M:
        return self._with_weights_of(self._start)

    def _with_weights_of(self, directory: Path) -> M:
        """A new model of the inner task with the weights of a model directory."""
        model = self._inner.build_model()
        model.assign_named_weights(stored_weights(directory))
        return model

    def command(self, trained: str) -> str:
        """How to make the model again, given the command without `--start`."""
        return f"{trained} --start MODEL"

    def save(self, model: M, directory: Path, test: dict[str, Any]) -> None:
        super().save(model, directory, test)
        path = directory / "card.json"
        card = read_object(path, "The card of a model", {"training_command": str})
        atomic_write_json(path, {**card, "training_command": self.command(card["training_command"])})


def _without_dropout(config: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if "dropout" not in name}
