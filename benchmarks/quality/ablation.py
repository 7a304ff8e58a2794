"""Which branch each layer needs: in a trained model, one branch after another is set to zero."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.language_modeling import TokenStream
from lite_transformer_tf.data.parallel_text import ParallelText, is_whole
from lite_transformer_tf.data.translation import TranslationData
from lite_transformer_tf.decoding.answers import AnswerRules
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.evaluation.generation import generate_timed
from lite_transformer_tf.evaluation.perplexity import PerplexityMeter
from lite_transformer_tf.models.saving import Model, load_model
from lite_transformer_tf.tasks.registry import run_config
from lite_transformer_tf.tasks.sequence_to_sequence import SequenceToSequence
from lite_transformer_tf.tasks.stored_model import find_directory
from lite_transformer_tf.tasks.task import StoredModel
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy

OUTPUT = re.compile(r"(.*/layer_\d+/lsra/[^/]+)/output/(?:kernel|bias)")
TOKENS_PER_BATCH = 2048
Judge = Callable[[], dict[str, float]]


def branch_names(weights: Mapping[str, Any]) -> list[str]:
    """The branches of a model, such as `encoder/layer_0/lsra/attention`, in the order of its weights."""
    return list(dict.fromkeys(match[1] for name in weights if (match := OUTPUT.fullmatch(name))))


def without(weights: Mapping[str, np.ndarray], branch: str) -> dict[str, np.ndarray]:
    """The weights with the output projection of a branch set to zero, so that its channels stay unchanged.

    Raises:
        ValueError: There is no such branch.
    """
    own = {name for name in weights if (match := OUTPUT.fullmatch(name)) and match[1] == branch}
    if not own:
        raise ValueError(f"A branch must be one of {branch_names(weights)}. Received: {branch!r}")
    return {name: np.zeros_like(value) if name in own else value for name, value in weights.items()}


def ablate(model: Model, judge: Judge) -> list[dict[str, Any]]:
    """The figures of the whole model, and of the model without each branch; the weights are restored at the end.

    Args:
        model: A trained model.
        judge: Measures the model as it is; lower is better for `nll`.

    Returns:
        Rows with `branch` (`None` for the whole model) and the figures of `judge`.

    Raises:
        ValueError: The model has no branches, as an Evolved Transformer.
    """
    weights = {name: np.array(value) for name, value in model.named_weights().items()}
    branches = branch_names(weights)
    if not branches:
        raise ValueError("Only a model whose layers have branches can lose one. Received: a model without any")
    rows: list[dict[str, Any]] = [{"branch": None, **judge()}]
    try:
        for branch in branches:
            model.assign_named_weights(without(weights, branch))
            rows.append({"branch": branch, **judge()})
    finally:
        model.assign_named_weights(weights)
    return rows


@dataclass(frozen=True)
class Opened:
    """A finished run, opened.

    Args:
        stored: Its model on the disk.
        model: The model.
        vocabularies: Its vocabularies.
        valid: The first texts, or pairs of texts, of the validation set.
    """

    stored: StoredModel
    model: Any
    vocabularies: Any
    valid: Any


def open_run(run: Path, data: Path, texts: int) -> Opened:
    """Opens a run.

    Args:
        run: A finished run.
        data: Directory of its data.
        texts: Number of validation texts; of a language model, lines.
    """
    stored = find_directory(run)
    model, vocabularies = load_model(stored.folder)
    valid = stored.task.load(run_config(run, stored.task.name).data, data).valid.first(texts)
    if isinstance(stored.task, SequenceToSequence):
        valid = ParallelText(valid.name, None, tuple(pair for pair in valid if is_whole(pair)))
    return Opened(stored, model, vocabularies, valid)


def judge_of(opened: Opened, decode: bool = True) -> Judge:
    """What measures a model on the validation texts.

    Args:
        opened: The run.
        decode: Whether the texts are answered too, with a beam of 1, and scored as the task scores them.
    """
    if isinstance(opened.stored.task, SequenceToSequence):
        return answering(opened, decode)
    window = opened.stored.settings["evaluation"]
    stream = TokenStream.from_text(opened.valid, opened.vocabularies)
    meter = PerplexityMeter(opened.model, window["block"], window["context_window"])

    def perplexity() -> dict[str, float]:
        found = meter(stream)
        return {"nll": found.nll / found.tokens, "perplexity": found.per_token}

    return perplexity


def answering(opened: Opened, decode: bool) -> Judge:
    """What measures an encoder-decoder: its loss on pairs, and the score of its answers."""
    stored, model, vocabularies = opened.stored, opened.model, opened.vocabularies
    task = stored.task
    assert isinstance(task, SequenceToSequence)
    longest = stored.settings.get("max_source_tokens")
    rules = CleaningRules(max_tokens=None, max_ratio=None, max_source_tokens=longest)
    batches = TranslationData(opened.valid, vocabularies, rules=rules, shuffle=False, tokens_per_batch=TOKENS_PER_BATCH)
    model.compile(loss=LabelSmoothedCrossEntropy(0.0, pad_id=model.config.pad_id))
    answers = AnswerRules.of(task.name, {})
    generator = KerasGenerator(
        model, vocabularies.source, vocabularies.target, max_source_tokens=longest, rules=answers
    )
    options = task.default_options(stored.settings).replace(beam_size=1, n_best=1)
    pairs = list(opened.valid)

    def judge() -> dict[str, float]:
        figures = {"nll": float(model.evaluate(batches.dataset(), verbose=0, return_dict=True)["nll"])}
        if decode:
            texts = generate_timed(generator, [source for source, _ in pairs], options).texts
            figures[task.score.name] = task.measure(texts, pairs, stored.settings)[task.score.name]["score"]
        return figures

    return judge


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown, every figure beside its change."""
    whole = rows[0]
    names = [name for name in whole if name != "branch"]
    lines = [f"| without | {' | '.join(f'{name} | change' for name in names)} |", "|---" * (1 + 2 * len(names)) + "|"]
    for row in rows:
        cells = [f"{row[name]:.3f} | {row[name] - whole[name]:+.3f}" for name in names]
        lines.append(f"| {row['branch'] or 'nothing'} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
