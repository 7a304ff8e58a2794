"""The parts of an installation (docs/install.md), and the one sentence about a part that is missing."""

from __future__ import annotations

DISTRIBUTION = "lite-transformer-tf"
TRAIN, EXPORT = "train", "export"
PACKAGES = {
    "tensorflow": ("TensorFlow", TRAIN),
    "tf_keras": ("tf-keras", TRAIN),
    "tensorflow_text": ("tensorflow-text", TRAIN),
    "tensorflow_model_optimization": ("tensorflow-model-optimization", TRAIN),
    "keras_nlp": ("keras-nlp", TRAIN),
    "matplotlib": ("matplotlib", TRAIN),
    "tqdm": ("tqdm", TRAIN),
    "tensorboard": ("TensorBoard", TRAIN),
    "rouge_score": ("rouge-score", "rouge"),
    "sacremoses": ("sacremoses", "moses"),
    "zstandard": ("zstandard", "zstd"),
}
"""Package -> its name for people, and the smallest extra that installs it."""


class MissingExtraError(ModuleNotFoundError):
    """A package is missing that only an extra installs."""


def explain(error: ModuleNotFoundError, what: str, extra: str | None = None) -> MissingExtraError | None:
    """The error in a sentence; `None` if the missing package belongs to no extra.

    Args:
        error: Error of the import.
        what: What needed the package, such as "`lite-transformer train`".
        extra: Extra that `what` needs, where a smaller one does than for training.
    """
    package = (error.name or "").split(".")[0]
    if package not in PACKAGES:
        return None
    name, usual = PACKAGES[package]
    chosen = extra if extra and usual == TRAIN else usual
    return MissingExtraError(f"{what} needs {name}: pip install '{DISTRIBUTION}[{chosen}]'", name=error.name)
