"""What an export needs besides the model: the check set, the variant, the shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.exporting.verify import Answers
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.litert.graph.compiler import DEFAULT_BUCKETS, DEFAULT_LANGUAGE_MODEL_BUCKETS, GraphOptions
from lite_transformer_tf.litert.quantize.widths import width_of

CHECK_SET_NAME = "check_sentences.txt"
CALIBRATION_TEXTS = 32  # for each bucket
STEP = 32  # lengths of buckets are multiples of it


@dataclass(frozen=True)
class ExportJob:
    """What an export needs besides the model.

    Args:
        check_texts: texts on which the compiled file must agree with the model: sentences, documents, or the beginnings of texts.
        references: their translations or summaries, to score the bundle; none to leave the scores out.
        variant: a name in `WIDTHS`.
        graph: buckets and beam size; `default_graph` fits them to a task.
        facts: for the model card.
        task: what the model does.
        settings: of the task, as they were saved with the model (`load_task`).
        calibration: texts from which an int16x8 file takes the ranges of its activations; none: the check texts.
        threads: threads of the interpreter while checking and timing.
        answers: of the model; exports of one model in several variants may share them.
    """

    check_texts: Sequence[str]
    references: Sequence[str] = ()
    variant: str = "int8"
    graph: GraphOptions = field(default_factory=GraphOptions)
    facts: ModelFacts = field(default_factory=ModelFacts)
    task: str = "translation"
    settings: Mapping[str, Any] = field(default_factory=dict)
    calibration: Sequence[str] = ()
    threads: int = 1
    answers: Answers = field(default_factory=Answers)

    def __post_init__(self) -> None:
        width_of(self.variant)
        if not any(text.strip() for text in self.check_texts):
            raise ValueError(
                f"A check set must hold at least one sentence. Received: {len(self.check_texts)} lines without text"
            )
        if self.references and len(self.references) != len(self.check_texts):
            raise ValueError(
                f"There must be a reference for every check sentence. Received: {len(self.references)} for {len(self.check_texts)}"
            )
        longest = self.max_source_tokens
        if longest is not None and self.graph.buckets[-1] <= longest:
            rule = (
                f"The largest bucket must hold the {longest} tokens of a source that the model was trained on, and eos"
            )
            raise ValueError(f"{rule}. Received: buckets {self.graph.buckets!r}")

    @property
    def calibration_texts(self) -> list[str]:
        """At most `CALIBRATION_TEXTS`, spread over all there are.

        Raises:
            ValueError: there is no text among those for the calibration.
        """
        texts = [text for text in self.calibration or self.check_texts if text.strip()]
        if not texts:
            raise ValueError(
                f"A calibration needs at least one text. Received: {len(self.calibration)} lines without any"
            )
        return texts[:: -(-len(texts) // CALIBRATION_TEXTS)]

    @property
    def max_source_tokens(self) -> int | None:
        """Tokens of a source that are read, `eos` not counted; `None` when a longer one is refused."""
        return self.settings.get("max_source_tokens")


def default_graph(
    task: str, settings: Mapping[str, Any], beam_size: int | None = None, buckets: Sequence[int] | None = None
) -> GraphOptions:
    """Shapes for a task: these buckets, or the usual ones, up to a largest that holds the longest source that the model reads."""
    options = {} if beam_size is None else {"beam_size": beam_size}
    if task == "language-model":
        return GraphOptions(tuple(buckets or DEFAULT_LANGUAGE_MODEL_BUCKETS), 1)
    if buckets:
        return GraphOptions(tuple(buckets), **options)
    longest = settings.get("max_source_tokens")
    if longest is None:
        return GraphOptions(DEFAULT_BUCKETS, **options)
    last = -(-(longest + 1) // STEP) * STEP
    smaller, bucket = [], DEFAULT_BUCKETS[0]
    while bucket < last:
        smaller.append(bucket)
        bucket *= 2
    return GraphOptions((*smaller, last), **options)


def check_pairs(
    model_directory: PathLike, check_set: PathLike | None, references: PathLike | None, limit: int | None = None
) -> tuple[list[str], list[str]]:
    """Sentences to check, one a line of a text file, blank ones left out, and their references if there are any.

    Args:
        model_directory: where `check_sentences.txt` is looked for when no `check_set` is given.
        check_set, references: text files of equally many lines.
        limit: keep at most the first so many.

    Raises:
        FileNotFoundError: no check set. A bundle is never written unchecked.
        ValueError: references of another number of lines.
    """
    path = Path(check_set) if check_set is not None else Path(model_directory) / CHECK_SET_NAME
    if not path.is_file():
        raise FileNotFoundError(
            f"An export needs sentences to check: a file of them, or {CHECK_SET_NAME} in the model's directory. Received: no {str(path)!r}"
        )
    texts = path.read_text(encoding="utf-8").splitlines()
    answers = Path(references).read_text(encoding="utf-8").splitlines() if references is not None else []
    if references is not None and len(answers) != len(texts):
        raise ValueError(
            f"The references must have a line for every check sentence. Received: {len(answers)} lines for {len(texts)}"
        )
    kept = [index for index, text in enumerate(texts) if text.strip()][:limit]
    return [texts[index] for index in kept], [answers[index] for index in kept] if answers else []
