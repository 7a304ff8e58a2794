"""What a decoding rule consists of. Nothing here needs TensorFlow."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

import numpy as np

if TYPE_CHECKING:
    import tensorflow as tf

Value = TypeVar("Value")
Options = TypeVar("Options")

Tokens = int | np.ndarray
"""One token, or an array of tokens."""

Forbidden = bool | np.ndarray
"""Whether each of `Tokens` is forbidden; a bool also stands for all of them."""

FORBIDDEN = float("-inf")


def option(
    default: Value,
    text: str,
    *,
    metavar: str | None = None,
    default_text: str | None = None,
    per_sentence: bool = False,
) -> Value:
    """A field of a section of decoding options; its annotation gives the range.

    Args:
        default: Its default.
        text: What it does, for `--help` and the table of docs/decoding.md.
        metavar: Name of its value in `--help`. None keeps it off the command line.
        default_text: What `--help` and the table say about the default. Defaults to the default itself.
        per_sentence: Whether the option only affects the limits and the results of single sentences, which are not part
            of a search's graph. The graph search never sees such an option's value.
    """
    metadata = {"text": text, "metavar": metavar, "default_text": default_text, "per_sentence": per_sentence}
    return cast(Value, dataclasses.field(default=default, metadata=metadata))


@dataclass(frozen=True)
class SpecialIds:
    """Ids of the target vocabulary that rules treat specially."""

    pad_id: int
    eos_id: int


class Rule(ABC, Generic[Options]):
    """Forbids tokens at each step of a search, in the same way in a TensorFlow graph and in NumPy.

    A subclass lies in a file of its own with the section of its options, and is listed in `registry`.

    Args:
        options: Options of the search.
        special: Special ids.
    """

    options_type: ClassVar[type]
    """Section of the rule's options, each made by `option`."""

    reads_history: ClassVar[bool] = False
    """Whether the rule depends on a hypothesis' tokens, not only on their number."""

    def __init__(self, options: Options, special: SpecialIds) -> None:
        self.options = options
        self.special = special

    @classmethod
    def is_used(cls, options: Options) -> bool:
        """Whether the rule can forbid anything with these options."""
        return True

    @abstractmethod
    def forbid_in_graph(
        self, log_probs: tf.Tensor, step: tf.Tensor, history: tf.Tensor, limits: tf.Tensor
    ) -> tf.Tensor:
        """The form in the TensorFlow graph.

        Args:
            log_probs: (R, N) float32, of R hypotheses.
            step: () int32, number of tokens that every hypothesis has.
            history: (R, M) int32, tokens of each hypothesis; those from `step` on are not read.
            limits: (R,) int32, greatest number of tokens before `eos` of each hypothesis.

        Returns:
            (R, N), with minus infinity at forbidden tokens.
        """

    @abstractmethod
    def forbids(self, tokens: Tokens, ids: Sequence[int], limit: int) -> Forbidden:
        """The form in NumPy: whether each of `tokens` is forbidden after the tokens `ids`.

        Args:
            tokens: A token, or an array of tokens of any shape.
            ids: Tokens of the hypothesis.
            limit: Greatest number of tokens before `eos`.
        """
