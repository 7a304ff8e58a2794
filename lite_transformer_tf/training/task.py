"""What a training run asks of a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import tf_keras as keras

from lite_transformer_tf.models.saving import Model
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.training.score import Score
from lite_transformer_tf.training.training_data import TrainingData

M = TypeVar("M", bound=Model)


class Task(Protocol[M]):
    """Where tasks differ: how text becomes batches, which model (`M`), how it is judged and saved.

    Attributes:
        name, title, score: What it is called, and what its models are compared by.
        callbacks: Further Keras callbacks of `model.fit`, after `build_model`.
        teacher: The model that it learns from beside the labels, after `build_model`; `None` for none.
    """

    name: str
    title: str
    score: Score
    callbacks: Sequence[keras.callbacks.Callback]
    teacher: Teacher | None

    def fingerprint(self) -> Mapping[str, Any]:
        """Digests of the data by split, and sections of further settings: a run resumes only with its own."""
        ...

    def prepare(self, directory: Path) -> None:
        """Makes vocabularies and batches; what is costly is stored in the run's directory."""
        ...

    @property
    def data(self) -> TrainingData:
        """The training batches, after `prepare`."""
        ...

    def build_model(self) -> M:
        """A new model with its weights initialised, after `prepare`."""
        ...

    def validate(self, model: M, decode: bool, final: bool = False) -> dict[str, Any]:
        """Figures on the validation set: "nll", with `decode` the score; `final` takes the finished model's options."""
        ...

    def test(self, model: M, directory: Path) -> dict[str, Any]:
        """Figures on the test set, computed in float32 as a loaded model does; empty without a test set.

        Hypotheses go into `directory`.
        """
        ...

    def describe(self) -> dict[str, Any]:
        """Figures of data and vocabularies for the report."""
        ...

    def save(self, model: M, directory: Path, test: dict[str, Any]) -> None:
        """Writes the model's directory, in the place of one that is there; `test` is what `test` gave."""
        ...
