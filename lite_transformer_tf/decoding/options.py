"""What every generator (a Keras model, a bundle) is asked and answers: docs/decoding.md in types."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, Self

from lite_transformer_tf.decoding.rules.registry import RuleOptions
from lite_transformer_tf.decoding.rules.rule import option
from lite_transformer_tf.settings import NonNegativeFloat, PositiveInt, require, section
from lite_transformer_tf.settings.shapes import shapes


@section
class DecodingOptions(RuleOptions):
    """Options of greedy and beam search, as docs/decoding.md defines them.

    Args:
        beam_size: Number of hypotheses kept per sentence. 1 is greedy search.
        length_penalty: Exponent of the length by which the total of a finished hypothesis is divided.
        max_length: Greatest number of tokens before the end-of-sentence token. None means
            `floor(max_length_ratio * S) + max_length_offset` for a source of S tokens.
        max_length_ratio, max_length_offset: See `max_length`.
        n_best: Number of hypotheses returned, at most `beam_size`; no text comes twice.
        copy_check: Whether hypotheses that keep the numbers, addresses and codes of the source come first, and each
            names those that it lacks (docs/trust.md).
        min_length: See `rules.special_tokens`.
        no_repeat_ngram: See `rules.no_repeat_ngram`.
    """

    beam_size: PositiveInt = option(4, "hypotheses kept per sentence; 1 is greedy search", metavar="N")
    length_penalty: float = option(1.0, "exponent of the length in the final score", metavar="A")
    max_length: PositiveInt | None = option(
        None,
        "greatest number of tokens before `eos`, and at least `min_length`",
        metavar="N",
        default_text="by the source's length",
        per_sentence=True,
    )
    max_length_ratio: NonNegativeFloat = option(
        1.5, "without `max_length`, the limit is `floor(max_length_ratio * S) + max_length_offset`", per_sentence=True
    )
    max_length_offset: PositiveInt = option(20, "see `max_length_ratio`", per_sentence=True)
    n_best: PositiveInt = option(1, "hypotheses returned, at most `beam_size`", per_sentence=True)
    copy_check: bool = option(
        True,
        "ranks answers that keep numbers, addresses and codes first, and names what is wrong",
        metavar="on|off",
        default_text="on",
        per_sentence=True,
    )

    def __post_init__(self) -> None:
        require(self.n_best <= self.beam_size, "n_best", f"must not exceed beam_size, {self.beam_size}", self.n_best)
        fits = self.max_length is None or self.max_length >= self.min_length
        require(fits, "max_length", f"must not be below min_length, {self.min_length}", self.max_length)

    def limit(self, source_length: int, capacity: int | None = None) -> int:
        """Greatest number of tokens before `eos` for a source of `source_length` tokens (its `eos` counted).

        Args:
            source_length: Number of tokens of the source.
            capacity: Number of tokens that the generator has room for. None is any number.

        Raises:
            ValueError: `min_length` exceeds `capacity`.
        """
        limit = self.max_length
        if limit is None:
            limit = int(self.max_length_ratio * source_length) + self.max_length_offset
        limit = max(limit, self.min_length)
        if capacity is None:
            return limit
        if self.min_length > capacity:
            raise ValueError(
                f"min_length must not exceed the {capacity} tokens that the generator holds. "
                f"Received: {self.min_length!r}"
            )
        return min(limit, capacity)

    def within(self, beam_limit: int | None) -> Self:
        """The same with a beam of at most `beam_limit`, for defaults that nobody asked for."""
        if beam_limit is None or self.beam_size <= beam_limit:
            return self
        return self.replace(beam_size=beam_limit, n_best=min(self.n_best, beam_limit))

    def graph_options(self) -> Self:
        """The same with the default in place of every option that no graph depends on.

        A graph is made from this copy and found again by it, so an option that a rule reads can only be part of both.
        """
        fields = dataclasses.fields(self)
        return self.replace(**{field.name: field.default for field in fields if field.metadata.get("per_sentence")})

    def to_saved(self) -> dict[str, Any]:
        """The options as they are saved with a model. Programs that do not know `copy_check` read the default too."""
        saved = dataclasses.asdict(self)
        return saved if not self.copy_check else {name: saved[name] for name in saved if name != "copy_check"}

    def replace(self, **changes: object) -> Self:
        """A copy with some options changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


class OptionArgument(NamedTuple):
    """A decoding option for the command line and for the documentation."""

    name: str  # of the field of `DecodingOptions`
    kind: Callable[[str], int | float]
    metavar: str | None  # None: not on the command line
    text: str
    default_text: str

    @property
    def flag(self) -> str:
        """Such as `--beam-size`."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def help(self) -> str:
        return f"{self.text} (default: {self.default_text})".replace("`", "")


def switch(text: str) -> bool:
    """The value of an option that is on or off.

    Raises:
        ValueError: The text is neither.
    """
    if text not in ("on", "off"):
        raise ValueError(f"A switch is on or off. Received: {text!r}")
    return text == "on"


def option_arguments(options: type[DecodingOptions] = DecodingOptions) -> Iterator[OptionArgument]:
    """Every option: those of the search first, then those of the rules."""
    known = shapes(options)
    of_rules = {field.name for field in dataclasses.fields(RuleOptions)}
    for field in sorted(dataclasses.fields(options), key=lambda field: field.name in of_rules):
        kind, details = known[field.name].kind, field.metadata
        yield OptionArgument(
            field.name,
            switch if kind is bool else kind,
            details["metavar"],
            details["text"],
            details["default_text"] or str(field.default),
        )


@dataclass(frozen=True)
class Hypothesis:
    """One answer.

    Attributes:
        text: The text.
        ids: Its token ids without the final `eos`.
        score: Its log-probability over length^penalty.
        missing: Numbers, addresses and codes of the source that a translation lacks (docs/trust.md).
        added: Those of a summary that its document does not contain.
        confidence: Probability that the answer is acceptable; None for a model that was not calibrated.
        too_long: Sentences of the source that the model could not read as a whole: a translation has them in parts.
        mended: Numbers, addresses and codes of the source that the model had copied wrongly, and that `text` has as
            in the source; `ids` are the model's.
    """

    text: str
    ids: tuple[int, ...]
    score: float
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    confidence: float | None = None
    too_long: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()

    @property
    def faults(self) -> int:
        """How many faults the copy check found, and could not mend."""
        return len(self.missing) + len(self.added)


class Generator(Protocol):
    """Anything that maps texts to texts: programs, the verifier and the benchmarks are written against this.

    Attributes:
        beam_limit: Greatest beam size, None for any.
    """

    @property
    def beam_limit(self) -> int | None: ...

    def generate(self, texts: Sequence[str], options: DecodingOptions | None = None) -> list[list[Hypothesis]]:
        """The `options.n_best` best hypotheses of each text, best first, in the order of the texts.

        Without options it searches with the defaults, with a beam within `beam_limit`.
        """
        ...
