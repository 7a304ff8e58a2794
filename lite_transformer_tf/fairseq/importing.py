"""From a checkpoint and its dictionaries to a model directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.bundle.card import FACTS_NAME
from lite_transformer_tf.config import LanguageModelConfig, ModelConfig
from lite_transformer_tf.fairseq.arguments import is_language_model, read_config
from lite_transformer_tf.fairseq.checkpoint import Tensors, arguments_of
from lite_transformer_tf.fairseq.dictionary import cutting_files, entries_of, read_dictionary, words_of
from lite_transformer_tf.fairseq.errors import CheckpointError
from lite_transformer_tf.fairseq.generation import decoding_of
from lite_transformer_tf.fairseq.names import our_weights
from lite_transformer_tf.fairseq.torch_file import one_sentence, open_checkpoint
from lite_transformer_tf.files import PathLike, atomic_directory, atomic_write_json, check_output
from lite_transformer_tf.model_directory import CONFIG_FILE, WEIGHTS_FILE, ModelDescription, save_weights
from lite_transformer_tf.profiling.configurations import model_count
from lite_transformer_tf.text import DictionaryVocabulary, VocabularyPair, save_vocabulary
from lite_transformer_tf.text.vocabulary_pair import PieceVocabulary

TASKS = ("translation", "summarization", "language-model")
WINDOWS = {"block": 512, "context_window": 2560}
"""Tokens that the authors' evaluation of a language model predicts at once, and reads again before them."""


@dataclass(frozen=True)
class Dictionaries:
    """The files of a model's vocabularies.

    Args:
        source: `dict.txt` of the source, or of a language model.
        target: That of the target. Defaults to `None`: the same.
        byte_pairs, pieces: Codes of subword-nmt, or a SentencePiece model, that cut texts. Default to `None`.
        target_byte_pairs, target_pieces: Those of the target. Default to `None`: the same.
    """

    source: PathLike
    target: PathLike | None = None
    byte_pairs: PathLike | None = None
    pieces: PathLike | None = None
    target_byte_pairs: PathLike | None = None
    target_pieces: PathLike | None = None

    def read(self) -> tuple[PieceVocabulary, PieceVocabulary]:
        """The vocabularies of both sides."""
        first = read_dictionary(self.source, self.byte_pairs, self.pieces)
        others = (self.target, self.target_byte_pairs, self.target_pieces)
        if all(path is None for path in others):
            return first, first
        own = self.target_byte_pairs is not None or self.target_pieces is not None
        codes, pieces = (self.target_byte_pairs, self.target_pieces) if own else (self.byte_pairs, self.pieces)
        return first, read_dictionary(self.source if self.target is None else self.target, codes, pieces)


@dataclass(frozen=True)
class Imported:
    """What a checkpoint says of its model.

    Args:
        arguments: Arguments of the training.
        config: Configuration of the model.
        weights: Its weights by name, float32.
        vocabularies: Those of source and target, which are one object where they are equal.
    """

    arguments: Mapping[str, Any]
    config: ModelConfig
    weights: Mapping[str, np.ndarray]
    vocabularies: tuple[PieceVocabulary, PieceVocabulary]

    @property
    def languages(self) -> tuple[str, ...]:
        """Source and target language; empty where the checkpoint does not know them."""
        found = tuple(self.arguments.get(f"{side}_lang") for side in ("source", "target"))
        known = all(isinstance(language, str) and 0 < len(language) < 20 for language in found)
        return found if known else ()  # type: ignore[return-value]


def read_checkpoint(path: PathLike, dictionaries: Dictionaries, pads_leak: bool = False) -> Imported:
    """The model of a checkpoint. Nothing of the file is executed, and torch is not needed.

    Args:
        path: Checkpoint that the authors' code, or another program with fairseq's `torch.save`, wrote.
        dictionaries: Files of its vocabularies.
        pads_leak: See `LiteTransformerConfig`. Defaults to `False`.

    Raises:
        CheckpointError, ValueError: A file is damaged, foreign, or of a model that is not supported.
        FileNotFoundError: A file does not exist.
    """
    vocabularies = dictionaries.read()
    with open_checkpoint(path) as found, one_sentence(str(path)):
        arguments = arguments_of(found)
        config = read_config(arguments, (vocabularies[0].size, vocabularies[1].size), pads_leak)
        if is_language_model(arguments) and (vocabularies[0] is not vocabularies[1] or pads_leak):
            raise CheckpointError("A language model has one dictionary and no pads. Received: options for a target")
        shared = getattr(config, "embedding_sharing", "none") == "all"
        if shared and list(entries_of(vocabularies[0])) != list(entries_of(vocabularies[1])):
            raise CheckpointError("A model with share_all_embeddings needs one dictionary. Received: two that differ")
        weights = our_weights(config, Tensors(found, Path(path).stat().st_size), model_count(config).shapes)
    return Imported(arguments, config, weights, vocabularies)


def import_checkpoint(
    path: PathLike,
    dictionaries: Dictionaries,
    output: PathLike,
    *,
    task: str | None = None,
    languages: tuple[str, ...] = (),
    decoding: Mapping[str, Any] | None = None,
    pads_leak: bool = False,
    overwrite: bool = False,
) -> Imported:
    """Writes the model directory of a checkpoint, completely or not at all.

    Args:
        path, dictionaries, pads_leak: See `read_checkpoint`.
        output: Directory to write.
        task: "translation" or "summarization", of an encoder-decoder. Defaults to `None`: translation.
        languages: Source and target language. Defaults to `()`: those of the checkpoint.
        decoding: Options of decoding to save, which replace those of the authors' scripts. Defaults to `None`.
        overwrite: Whether to overwrite a model at the output. Defaults to `False`.

    Raises:
        CheckpointError, ValueError: See `read_checkpoint`; or the task is none of the model's kind.
        FileNotFoundError: A file does not exist.
        FileExistsError: The output may not be written.
    """
    check_output(output, overwrite=overwrite, marker=CONFIG_FILE)
    found = read_checkpoint(path, dictionaries, pads_leak)
    language_model = isinstance(found.config, LanguageModelConfig)
    name = task or ("language-model" if language_model else "translation")
    if name not in TASKS or (name == "language-model") != language_model:
        raise CheckpointError(f"The task must be one of this kind of model. Received: {task!r}")
    if language_model and (languages or decoding):
        raise CheckpointError("A language model has no languages and no search. Received: options for them")
    options = {**decoding_of(found.arguments, name), **(decoding or {})}
    settings = {"evaluation": WINDOWS} if language_model else {"decoding": options, "split_texts": False}
    facts = {"languages": list(languages or found.languages), "data": "that of an imported checkpoint"}
    with atomic_directory(output, overwrite=overwrite, marker=CONFIG_FILE) as folder:
        atomic_write_json(folder / CONFIG_FILE, ModelDescription(name, settings, found.config).to_dict())
        atomic_write_json(folder / FACTS_NAME, {key: value for key, value in facts.items() if value})
        save_weights(found.weights, folder / WEIGHTS_FILE)
        _save_vocabularies(found, folder)
    return found


def _save_vocabularies(found: Imported, folder: Path) -> None:
    source, target = found.vocabularies
    if not isinstance(found.config, LanguageModelConfig):
        VocabularyPair(source, target).save(folder)
    elif isinstance(source, DictionaryVocabulary) and not cutting_files(source):
        save_vocabulary(words_of(source), folder)
    else:
        save_vocabulary(source, folder)
