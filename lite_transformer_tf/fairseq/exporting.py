"""From a model directory to a checkpoint that the authors' code loads, with its dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.config import LanguageModelConfig, ModelConfig
from lite_transformer_tf.fairseq.arguments_writing import arguments_of
from lite_transformer_tf.fairseq.dictionary import cutting_files, dictionary_text, entries_of
from lite_transformer_tf.fairseq.errors import CheckpointError
from lite_transformer_tf.fairseq.generation import arguments_of_decoding
from lite_transformer_tf.fairseq.names import their_tensors
from lite_transformer_tf.fairseq.pickle_writing import Namespace
from lite_transformer_tf.fairseq.torch_writing import write_checkpoint
from lite_transformer_tf.files import PathLike, atomic_directory, atomic_write_bytes, atomic_write_text, check_output
from lite_transformer_tf.model_directory import WEIGHTS_FILE, load_weights, read_description
from lite_transformer_tf.text import AnyVocabulary, TypedWords, VocabularyPair, load_vocabulary

CHECKPOINT = "checkpoint_best.pt"
HISTORY = {
    "criterion_name": "LabelSmoothedCrossEntropyCriterion",
    "optimizer_name": "FairseqAdam",
    "lr_scheduler_state": {"best": None},
    "num_updates": 0,
}


def checkpoint_tensors(
    config: ModelConfig, weights: Mapping[str, np.ndarray], cuda_taps: bool = False
) -> dict[str, np.ndarray]:
    """The tensors of a checkpoint by name, with the buffers that the authors' code expects.

    Args:
        config: Configuration of the model.
        weights: Its weights by name.
        cuda_taps: See `names.rows`. Defaults to `False`.
    """
    tensors = their_tensors(config, weights, cuda_taps)
    for stack in config.stacks:
        tensors[f"{stack}.version"] = np.full([1], 3, np.float32)
        tensors[f"{stack}.embed_positions._float_tensor"] = np.zeros([1], np.float32)
    if isinstance(config, LanguageModelConfig) and config.adaptive:
        tensors["decoder.embed_tokens._float_tensor"] = np.zeros([1], np.float32)
        tensors["decoder.adaptive_softmax.version"] = np.full([1], 2, np.float32)
        tensors["decoder.adaptive_softmax.head._float_tensor"] = np.zeros([1], np.float32)
    return tensors


def export_checkpoint(
    model: PathLike,
    output: PathLike,
    *,
    languages: tuple[str, ...] = (),
    cuda_taps: bool = False,
    overwrite: bool = False,
) -> list[str]:
    """Writes a directory with a checkpoint and its dictionaries, completely or not at all.

    Args:
        model: Model directory.
        output: Directory to write.
        languages: Source and target language, which name the dictionaries. Defaults to `()`: those of the model.
        cuda_taps: Whether lightweight taps are stored as the authors' CUDA layer does. Defaults to `False`.
        overwrite: Whether to overwrite a checkpoint at the output. Defaults to `False`.

    Returns:
        The names of the files.

    Raises:
        CheckpointError: The authors' code has no such model, or the languages are unknown.
        ModelDirectoryError: There is no model, or it is damaged.
        FileExistsError: The output may not be written.
    """
    check_output(output, overwrite=overwrite, marker=CHECKPOINT)
    description = read_description(model)
    config = description.config
    names = tuple(languages or ModelFacts.load(Path(model)).languages)
    arguments = arguments_of(config, names)
    vocabularies = _vocabularies(Path(model), config, names)
    decoding = description.settings.get("decoding")
    arguments |= arguments_of_decoding(decoding if isinstance(decoding, dict) else {})
    tensors = checkpoint_tensors(config, load_weights(Path(model) / WEIGHTS_FILE), cuda_taps)
    values: dict[str, Any] = {
        "args": Namespace(arguments),
        "optimizer_history": [HISTORY],
        "extra_state": {"epoch": 0},
        "last_optimizer_state": None,
    }
    with atomic_directory(output, overwrite=overwrite, marker=CHECKPOINT) as folder:
        write_checkpoint(folder / CHECKPOINT, values, tensors)
        for name, vocabulary in vocabularies.items():
            atomic_write_text(folder / name, dictionary_text(vocabulary))
        for name, content in _cutting(list(vocabularies.values())).items():
            atomic_write_bytes(folder / name, content)
        return sorted(path.name for path in folder.iterdir())


def _vocabularies(folder: Path, config: ModelConfig, languages: tuple[str, ...]) -> dict[str, AnyVocabulary]:
    """The vocabularies by the names of their dictionaries."""
    if isinstance(config, LanguageModelConfig):
        single = load_vocabulary(folder)
        if isinstance(single, TypedWords):
            rule = "The authors' code splits texts at spaces, so it has no vocabulary of typed words"
            raise CheckpointError(f"{rule}. Received: {single.name!r}")
        return _of_sizes({"dict.txt": single}, [config.vocabulary_size])
    if (
        len(languages) != 2
        or languages[0] == languages[1]
        or not all(name.replace("-", "").isalnum() for name in languages)
    ):
        rule = "The dictionaries of a checkpoint are named by two languages: give --languages SOURCE TARGET"
        raise CheckpointError(f"{rule}. Received: {list(languages)}")
    pair = VocabularyPair.load(folder)
    found: dict[str, AnyVocabulary] = {f"dict.{languages[0]}.txt": pair.source, f"dict.{languages[1]}.txt": pair.target}
    if config.embedding_sharing == "all" and list(entries_of(pair.source)) != list(entries_of(pair.target)):
        rule = "The authors' code shares all embeddings only where both dictionaries are equal"
        raise CheckpointError(f"{rule}. Received: two that differ")
    return _of_sizes(found, [config.source_vocabulary_size, config.target_vocabulary_size])


def _of_sizes(vocabularies: dict[str, AnyVocabulary], sizes: list[int]) -> dict[str, AnyVocabulary]:
    """The same, or an error where they are not those of the tables."""
    found = [vocabulary.size for vocabulary in vocabularies.values()]
    if found != sizes:
        raise CheckpointError(f"Dictionaries must have as many entries as the tables, {sizes}. Received: {found}")
    return vocabularies


def _cutting(vocabularies: list[AnyVocabulary]) -> dict[str, bytes]:
    """The files that cut texts into pieces; those of the target have a name of their own where they differ."""
    source, target = (cutting_files(vocabulary) for vocabulary in (vocabularies[0], vocabularies[-1]))
    return {**source, **{f"target.{name}": content for name, content in target.items() if source.get(name) != content}}
