"""What an export needs besides the model: the check set, the variant, the shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.exporting.verify import Answers
from lite_transformer_tf.litert.graph.compiler import GraphOptions
from lite_transformer_tf.litert.quantize.widths import width_of
from lite_transformer_tf.report import environment
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.text import is_blank

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
