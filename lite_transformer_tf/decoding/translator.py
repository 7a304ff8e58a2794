"""Texts of any length, sentence by sentence, with any generator: docs/paragraphs.md."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from lite_transformer_tf.decoding.options import DecodingOptions, Generator, Hypothesis
from lite_transformer_tf.paragraphs.paragraph import Paragraph, ParagraphReader


class _Vocabulary(Protocol):
    def encode(self, text: str) -> list[int]: ...


class SentenceGenerator(Generator, Protocol):
    """A generator that reads each text as one sequence, as a model does: a Keras model's, a file's.

    Attributes:
        source_vocabulary: Its vocabulary of the texts.
        source_limit: Greatest number of tokens that it reads of a text, the final `eos` excluded. None is any number.
    """

    @property
    def source_vocabulary(self) -> _Vocabulary: ...

    @property
    def source_limit(self) -> int | None: ...


class Translator:
    """Translates texts of any length and with markup; implements the `Generator` protocol.

    A text is split into sentences, which are translated by one call of the generator, and their translations are
    joined. Line breaks stay, and so do tags, placeholders, URLs and e-mail addresses. docs/paragraphs.md has the rules.

    Args:
        generator: Translates single sentences. `KerasGenerator` and `TFLiteGenerator` do.
        source_language, target_language: Codes such as "en" or "pt-BR". They decide which abbreviations are known, and
            whether spaces stand between sentences. Default to "": a language with spaces and without abbreviations of
            its own.

    Attributes:
        generator: The generator of sentences.

    Example:
        Translator(KerasGenerator(model, source, target), "en", "fr").generate(["Hello. How are you?"])
    """

    def __init__(self, generator: SentenceGenerator, source_language: str = "", target_language: str = "") -> None:
        self.generator = generator
        self._reader = ParagraphReader(
            source_language,
            target_language,
            lambda text: len(generator.source_vocabulary.encode(text)),
            generator.source_limit,
        )

    @property
    def beam_limit(self) -> int | None:
        """That of the generator of sentences."""
        return self.generator.beam_limit

    def generate(self, texts: Sequence[str], options: DecodingOptions | None = None) -> list[list[Hypothesis]]:
        """The best translations of each text, best first, in the order of the texts.

        Of several sentences, the answers are the `options.n_best` combinations of their hypotheses with the fewest
        faults of the copy check, and of these the highest sums of scores; see `joined`. A text has none if one of its
        sentences has none.

        Args:
            texts: Texts of any length.
            options: Options of the search of each sentence. Defaults to `None`: those of the generator.

        Raises:
            ValueError: The generator does not support `options`.
        """
        paragraphs = [self._reader.read(text) for text in texts]
        sources = [source for paragraph in paragraphs for source in paragraph.sources]
        answers = iter(self.generator.generate(sources, options))
        n_best = (options or DecodingOptions()).n_best
        return [_joined(paragraph, answers, n_best) for paragraph in paragraphs]


WHOLE_TEXTS = {"translation": Translator}
"""What answers texts of any length, by the name of the task. Generators of other tasks read each text as it is."""

Opened = TypeVar("Opened", bound=SentenceGenerator)


def of_whole_texts(
    generator: Opened, task: str, languages: Sequence[str], settings: Mapping[str, Any]
) -> Opened | Translator:
    """What answers users' texts with a generator that reads each text as one sequence.

    Args:
        generator: A Keras model's, or a file's.
        task: Name of its task.
        languages: Source and target language; empty where they are not known.
        settings: Settings that were saved with the model. With `split_texts: false`, which imported models of tokenised
            texts have, each text stays one sequence.
    """
    if task not in WHOLE_TEXTS or settings.get("split_texts") is False:
        return generator
    source, target = (languages[0], languages[-1]) if languages else ("", "")
    return WHOLE_TEXTS[task](generator, source, target)


def joined(hypotheses: Sequence[Hypothesis], text: str, too_long: Sequence[str] = ()) -> Hypothesis:
    """The hypothesis of a text: its sentences' ids and faults one after the other, the sum of their scores, and the
    least confidence.

    Args:
        hypotheses: One per sentence. Sentences that were copied have no ids and score 0.
        text: The whole translation.
        too_long: Sentences that were cut. Defaults to `()`.
    """
    if len(hypotheses) == 1:
        return dataclasses.replace(hypotheses[0], text=text, too_long=tuple(too_long))
    ids = tuple(token for hypothesis in hypotheses for token in hypothesis.ids)
    score = 0.0
    for hypothesis in hypotheses:  # not by `sum`, which rounds otherwise since Python 3.12
        score += hypothesis.score
    missing, added, mended = (
        tuple(item for hypothesis in hypotheses for item in getattr(hypothesis, field))
        for field in ("missing", "added", "mended")
    )
    known = [hypothesis.confidence for hypothesis in hypotheses if hypothesis.confidence is not None]
    return Hypothesis(text, ids, score, missing, added, min(known, default=None), tuple(too_long), mended)


def _joined(paragraph: Paragraph, answers: Iterator[list[Hypothesis]], n_best: int) -> list[Hypothesis]:
    """The hypotheses of a text; those of its sentences are taken from `answers`."""
    best: list[tuple[int, float, tuple[Hypothesis, ...]]] = [(0, 0.0, ())]
    for sentence in paragraph.sentences:
        found = [Hypothesis("", (), 0.0)] if sentence.is_copied else next(answers)
        extended = [
            (faults + entry.faults, score + entry.score, (*chosen, entry))
            for faults, score, chosen in best
            for entry in found
        ]
        # The sort is stable: of equal combinations, the one whose earlier sentences rank higher comes first.
        best = sorted(extended, key=lambda entry: (entry[0], -entry[1]))[:n_best]
    return [
        joined(chosen, paragraph.joined([entry.text for entry in chosen]), paragraph.too_long) for _, _, chosen in best
    ]
