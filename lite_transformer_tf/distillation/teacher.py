"""A trained model that answers many texts, with a worker per core."""

from __future__ import annotations

import hashlib
import queue
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from lite_transformer_tf.cores import usable_cores
from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.decoding.translator import SentenceGenerator
from lite_transformer_tf.tasks.task import StoredModel

PIECE = 500  # texts that one worker answers at once; the batches in it do not depend on the number of workers


@dataclass(frozen=True)
class Workers:
    """Generators of one model that answer pieces of a list of texts side by side.

    Args:
        generators: At least one; each is used by one thread at a time.
    """

    generators: Sequence[SentenceGenerator]

    def answer(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        """The hypotheses of each text, in the order of the texts; the same for any number of workers."""
        free: queue.SimpleQueue[SentenceGenerator] = queue.SimpleQueue()
        for generator in self.generators:
            free.put(generator)

        def work(begin: int) -> list[list[Hypothesis]]:
            generator = free.get()
            try:
                return generator.generate(texts[begin : begin + PIECE], options)
            finally:
                free.put(generator)

        with ThreadPoolExecutor(len(self.generators)) as pool:
            return [answers for piece in pool.map(work, range(0, len(texts), PIECE)) for answers in piece]


def digest_of(model: StoredModel) -> str:
    """SHA-256 over the files of a model directory or a bundle."""
    if model.folder.is_file():
        return file_digest(model.folder)
    files = sorted(path for path in model.folder.iterdir() if path.is_file())
    lines = "\n".join(f"{path.name} {file_digest(path)}" for path in files)
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()


def open_workers(model: StoredModel, tokens_per_batch: int) -> Workers:
    """A model with a worker per core; a Keras model on an accelerator with one worker.

    Args:
        model: A model of a task of the encoder-decoder.
        tokens_per_batch: See `KerasGenerator`.

    Raises:
        ValueError, OSError: Its files are damaged, or hold a model of another kind.
    """
    return _of_bundle(model) if model.is_bundle else _of_directory(model, tokens_per_batch)


def _of_bundle(model: StoredModel) -> Workers:
    from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
    from lite_transformer_tf.litert.runtime.open import BundleFiles

    files = BundleFiles(model.folder)
    opened = [files.open(1) for _ in range(usable_cores())]
    generators = [generator for generator in opened if isinstance(generator, TFLiteGenerator)]
    if not generators:
        raise ValueError(f"A bundle for {model.task.name} must hold an encoder-decoder. Received: {model.path!r}")
    return Workers(generators)


def _of_directory(model: StoredModel, tokens_per_batch: int) -> Workers:
    from lite_transformer_tf.decoding.answers import AnswerRules
    from lite_transformer_tf.decoding.keras_generator import KerasGenerator
    from lite_transformer_tf.models.saving import load_model
    from lite_transformer_tf.training.threads import configure_threads, default_towers

    configure_threads()
    rules = AnswerRules.of(model.task.name, model.settings)
    keras, vocabularies = load_model(model.folder)
    longest, sides = model.settings.get("max_source_tokens"), (vocabularies.source, vocabularies.target)
    first = KerasGenerator(keras, *sides, tokens_per_batch, longest, rules)
    return Workers([first, *(first.sibling() for _ in range(default_towers() - 1))])
