"""What an export needs besides the model: the check set, the variant, the shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.exporting.verify import Answers
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.litert.graph.compiler import GraphOptions
from lite_transformer_tf.litert.quantize.widths import width_of
from lite_transformer_tf.report import environment
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.text import is_blank

CHECK_SET_NAME = "check_sentences.txt"
CALIBRATION_TEXTS = 32  # per bucket


@dataclass(frozen=True)
class ExportJob:
    """What an export needs besides the model.

    Args:
        check_texts: Texts on which the compiled file must agree with the model: sources, or the beginnings of texts.
        references: Their translations or summaries, to score the bundle. Defaults to none.
        variant: A name in `WIDTHS`.
        graph: Buckets and beam size; `Task.default_graph` fits them to a task.
        facts: Facts for the model card.
        task: Name of the task.
        settings: Settings of the task, as they were saved with the model (`load_task`).
        calibration: Texts from which an int16x8 file takes the ranges of its activations. Defaults to the check texts.
        threads: Threads of the interpreter while checking and timing.
        answers: Answers of the model; exports of one model in several variants may share them.

    Raises:
        ValueError: One of them is wrong, or they do not fit together.
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
        find_task(self.task)
        texts, references, longest = len(self.check_texts), len(self.references), self.max_source_tokens
        width_of(self.variant)
        if not any(not is_blank(text) for text in self.check_texts):
            raise ValueError(f"A check set must hold at least one sentence. Received: {texts} lines without text")
        if references and references != texts:
            raise ValueError(f"There must be a reference for every check sentence. Received: {references} for {texts}")
        if longest is not None and self.graph.buckets[-1] <= longest:
            rule = f"The largest bucket must hold the {longest} tokens of a source in training, and eos"
            raise ValueError(f"{rule}. Received: buckets {self.graph.buckets!r}")

    @property
    def machine(self) -> str:
        """What the times in the manifest were measured on."""
        return f"{self.threads} thread(s), Python runner, {environment()['cpu']}"

    @property
    def calibration_texts(self) -> list[str]:
        """At most `CALIBRATION_TEXTS`, spread evenly over all.

        Raises:
            ValueError: There is no text among those for the calibration.
        """
        texts = [text for text in self.calibration or self.check_texts if not is_blank(text)]
        if not texts:
            received = f"{len(self.calibration)} lines without any"
            raise ValueError(f"A calibration needs at least one text. Received: {received}")
        return texts[:: -(-len(texts) // CALIBRATION_TEXTS)]

    @property
    def max_source_tokens(self) -> int | None:
        """Tokens of a source that are read, `eos` not counted. None if a longer one is refused."""
        return self.settings.get("max_source_tokens")


def check_pairs(
    model_directory: PathLike, check_set: PathLike | None, references: PathLike | None, limit: int | None = None
) -> tuple[list[str], list[str]]:
    """Texts to check, one per line of a text file, blank ones left out, and their references if there are any.

    Args:
        model_directory: Where `check_sentences.txt` is looked for when no `check_set` is given.
        check_set, references: Text files, plain or gzip, with the same number of lines.
        limit: Keep at most this many texts, the first. None keeps all.

    Raises:
        FileNotFoundError: There is no check set. A bundle is never written unchecked.
        ValueError: The references have another number of lines, or a file is not UTF-8.
    """
    path = Path(check_set) if check_set is not None else Path(model_directory) / CHECK_SET_NAME
    if not path.is_file():
        rule = f"An export needs sentences to check: a file of them, or {CHECK_SET_NAME} in the model's directory"
        raise FileNotFoundError(f"{rule}. Received: no {str(path)!r}")
    texts = list(read_lines(path))
    answers = list(read_lines(references)) if references is not None else []
    if references is not None and len(answers) != len(texts):
        rule = "The references must have a line for every check sentence"
        raise ValueError(f"{rule}. Received: {len(answers)} lines for {len(texts)}")
    kept = [index for index, text in enumerate(texts) if not is_blank(text)][:limit]
    return [texts[index] for index in kept], [answers[index] for index in kept] if answers else []
