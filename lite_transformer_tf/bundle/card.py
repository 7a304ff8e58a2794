"""The README.md of a bundle: what the model is, its origin, its scores and its speed, and what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from lite_transformer_tf.bundle.checking import check_scores
from lite_transformer_tf.bundle.front_matter import front_matter, rights, score_rows
from lite_transformer_tf.bundle.manifest import Manifest, Word
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits, read_limited
from lite_transformer_tf.readers.json_text import parse_json
from lite_transformer_tf.settings.findings import problem

CARD_NAME = "README.md"
FACTS_NAME = "card.json"


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class ModelFacts:
    """What only the training knows; it is written to the model card.

    Args:
        languages: Language codes, source first.
        data: The training data, in words.
        training_command: Command that trained the model.
        scores: Name to a number, or to `{"score": number, "signature": text}`.
        limits: What the model cannot do, one sentence each.
        licence: Licence of the model.
        attribution: What a user of the model must name, such as the authors of its training data.
        datasets: Names of the training data, for model hubs.
    """

    languages: tuple[Word, ...] = ()
    data: str = ""
    training_command: str = ""
    scores: Annotated[Mapping[str, Any], AfterValidator(check_scores)] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    licence: str = ""
    attribution: str = ""
    datasets: tuple[Word, ...] = ()

    @classmethod
    def load(cls, directory: str | Path, limits: Limits = DEFAULT_LIMITS) -> ModelFacts:
        """From `card.json` of a model directory; empty facts when it has none.

        Raises:
            ValueError: The file is too large, no JSON object, or has unknown or invalid fields.
        """
        path = Path(directory) / FACTS_NAME
        if not path.is_file():
            return cls()
        try:
            data = parse_json(read_limited(path, limits.json_bytes))
        except ValueError as error:
            raise ValueError(f"{FACTS_NAME} must be JSON in UTF-8. Received: {error}") from error
        if not isinstance(data, dict):
            raise ValueError(f"{FACTS_NAME} must be a JSON object. Received: {type(data).__name__}")
        try:
            return cls(**data)
        except ValidationError as error:
            raise ValueError(f"{FACTS_NAME}: {problem(error)}") from error


def render_card(manifest: Manifest, facts: ModelFacts, model_size: int, limits: Sequence[str]) -> str:
    """Markdown of the card, with front matter; `limits` are those of the file, besides the model's."""
    pair = " to ".join(facts.languages) if facts.languages else "not stated"
    sizes = manifest.vocabulary_sizes
    encoder, decoder = (len(manifest.config.get(side, ())) for side in ("encoder", "decoder"))
    vocabulary = (
        f"{sizes['source']:,} source, {sizes['target']:,} target pieces" if encoder else f"{sizes['source']:,} tokens"
    )
    layers = f"{encoder} encoder and {decoder} decoder layers" if encoder else f"{decoder} layers"
    scores = {**facts.scores, **manifest.metrics.get("scores", {})}
    lines = [
        front_matter(manifest, facts.languages, facts.licence, facts.datasets, scores),
        f"# Lite Transformer bundle: {manifest.task}" + (f", {pair}" if facts.languages else ""),
        "",
        "A model for phones: TensorFlow Lite file, vocabulary and manifest. "
        "`manifest.json` names every tensor; read it before the file.",
        "",
        "| | |",
        "|---|---|",
        f"| Task | {manifest.task} |",
        *([f"| Languages | {pair} |"] if facts.languages or encoder else []),
        f"| Variant | {manifest.variant} ({manifest.quantization['weights']}) |",
        f"| Parameters | {manifest.parameters:,} |",
        f"| Size of model.tflite | {model_size / 1e6:.2f} MB |",
        f"| Vocabulary | {vocabulary} |",
        f"| Architecture | width {manifest.embed_dim}, {layers} |",
        f"| Runtime | TensorFlow Lite {manifest.minimum_runtime} or newer, or any LiteRT, builtin operators only |",
        "",
        "## Training",
        "",
        f"Data: {facts.data or 'not stated.'}",
        "",
        f"Command: `{facts.training_command}`" if facts.training_command else "Command: not stated.",
        "",
        *_scores(facts.scores, manifest.metrics.get("scores", {})),
        *_checks(manifest),
        *_speed(manifest.metrics.get("speed", {})),
        "## Limits",
        "",
        *_bullets([*limits, *facts.limits]),
        "",
        *rights(facts.licence, facts.attribution),
    ]
    return "\n".join(lines)


def _bullets(entries: Sequence[str]) -> list[str]:
    return [f"- {entry}" for entry in entries]


def _scores(trained: Mapping[str, Any], measured: Mapping[str, Any]) -> list[str]:
    lines = ["## Scores", ""]
    if not trained and not measured:
        return [*lines, "Not measured.", ""]
    lines += ["| Metric | Of | Score | Signature |", "|---|---|---|---|"]
    for of, scores in (("the model, after training", trained), ("this bundle", measured)):
        lines += score_rows(of, scores)
    return [*lines, ""]


def _checks(manifest: Manifest) -> list[str]:
    lines = ["## Checked against the model", "", "| File | Search | Texts | Equal ids |", "|---|---|---|---|"]
    for variant, comparisons in manifest.verification.get("comparisons", {}).items():
        lines += [
            f"| {variant} | {entry['search']} | {entry['sentences']} | {entry['equal']} |" for entry in comparisons
        ]
    return [*lines, "", "The float32 form must agree on every text, or no bundle is written.", ""]


def _speed(speed: Mapping[str, Any]) -> list[str]:
    lines = ["## Speed", ""]
    if not speed:
        return [*lines, "Not measured.", ""]
    lines += [f"{speed['how']}", "", f"| | ms per {speed['unit']} |", "|---|---|"]
    return [*lines, *[f"| {name} | {value:.2f} |" for name, value in speed["milliseconds"].items()], ""]
