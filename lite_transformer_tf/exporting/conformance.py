"""Conformance vectors: a bundle's answers to fixed texts, for whoever ports the runtime (docs/porting.md)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.bundle.manifest import Manifest
from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.decoding.options import DecodingOptions, Generator, Hypothesis
from lite_transformer_tf.decoding.sampling import SamplingOptions
from lite_transformer_tf.decoding.translator import of_whole_texts
from lite_transformer_tf.exporting.conformance_texts import TEXTS
from lite_transformer_tf.exporting.rounding import DISTURBANCE, DisturbedCompleter, disturbed_generator
from lite_transformer_tf.files import PathLike, atomic_write_text
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.text.normalization import SCHEMAS
from lite_transformer_tf.text.single_vocabulary import AnyVocabulary
from lite_transformer_tf.text.vocabulary import Vocabulary

FORMAT, VERSION = "lite-transformer-conformance", 1
SEARCHES = {
    "greedy": DecodingOptions(beam_size=1, copy_check=False),
    "beam": DecodingOptions(beam_size=4, n_best=4, copy_check=False),
}
"""Searches of one sequence, by name."""

SAMPLES = {
    "most_probable": (SamplingOptions(temperature=0.0, max_tokens=16), 0),
    "top_k": (SamplingOptions(temperature=0.8, top_k=40, seed=5, max_tokens=16), 2),
    "top_p": (SamplingOptions(top_p=0.5, seed=2**64 - 1, min_tokens=4, max_tokens=8), 0),
}
"""Options of sampling and the number of the completion, by name."""

ANSWERS = "answers"
DRAWS = 5
"""How often an answer is asked for with disturbed log-probabilities."""

Ask = Callable[[str], Any]
"""text -> one field of a line."""


def write_conformance(bundle: PathLike, output: PathLike, texts: Sequence[str] = TEXTS, *, name: str = "") -> int:
    """Writes the conformance vectors of a bundle as JSON Lines in ASCII, the header first.

    Args:
        bundle: Directory of the bundle, or its download form.
        output: File to write; it is replaced when it exists.
        texts: Texts to answer. Defaults to those of `conformance_texts`.
        name: Name of the model. Defaults to `""`: that of the file or directory.

    Returns:
        Number of texts.

    Raises:
        BundleError: See `open_bundle`.
    """
    path = Path(bundle)
    lines = [header(path, name or path.resolve().stem, len(texts)), *vectors(path, texts)]
    atomic_write_text(output, "".join(f"{json.dumps(line)}\n" for line in lines))
    return len(texts)


def header(bundle: Path, name: str, count: int) -> dict[str, Any]:
    """The first line: what was asked, and of which file.

    Args:
        bundle: Directory of the bundle, or its download form.
        name: Name of the model.
        count: Number of texts.
    """
    manifest = read_manifest(bundle)
    packed = hashlib.sha256(bundle.read_bytes()).hexdigest() if bundle.is_file() else None
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": name,
        "sha256": packed,
        "files": {file: info.sha256 for file, info in manifest.files.items()},
        "task": manifest.task,
        "languages": list(manifest.languages),
        "texts": count,
        "disturbance": DISTURBANCE,
        "options": {**_search_options(manifest), **_sample_options(manifest)},
    }


def _searches(manifest: Manifest) -> dict[str, DecodingOptions]:
    """The options of an encoder-decoder's searches by name, and those of its answers to users."""
    if manifest.task == "language-model":
        return {}
    answers = find_task(manifest.task).default_options(manifest.settings)  # type: ignore[attr-defined]
    chosen = {**SEARCHES, ANSWERS: answers}
    return {name: options for name, options in chosen.items() if options.beam_size <= manifest.beam_size}


def _search_options(manifest: Manifest) -> dict[str, Any]:
    return {name: dataclasses.asdict(options) for name, options in _searches(manifest).items()}


def _sample_options(manifest: Manifest) -> dict[str, Any]:
    """The seed as a string, since it may have 64 bits."""
    if manifest.task != "language-model":
        return {}
    return {
        name: {**dataclasses.asdict(options), "seed": str(options.seed), "sample": sample}
        for name, (options, sample) in SAMPLES.items()
    }


def vectors(bundle: PathLike, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """One line per text: what a port must answer.

    Args:
        bundle: Directory of the bundle, or its download form.
        texts: Texts to answer.
    """
    opened = open_bundle(bundle)
    asked = questions(opened)
    if isinstance(opened, TFLiteCompleter):
        vocabulary: AnyVocabulary = opened.vocabulary
        disturbed = [_completions(DisturbedCompleter(opened, seed)) for seed in range(DRAWS)]
    else:
        vocabulary = opened.source_vocabulary
        disturbed = [_searched(disturbed_generator(opened, seed), opened) for seed in range(DRAWS)]
    for text in texts:
        ids = vocabulary.encode(text)
        line = {
            "text": text,
            "normalized": _normalized(vocabulary, text),
            "ids": ids,
            "decoded": vocabulary.decode(ids),
        }
        answers = {name: ask(text) for name, ask in asked.items()}
        others = [{name: ask(text) for name, ask in table.items()} for table in disturbed]
        unsure = [name for name in answers if any(_ids(other[name]) != _ids(answers[name]) for other in others)]
        yield {**line, **answers, "unsure": unsure}


def questions(opened: TFLiteCompleter | TFLiteGenerator) -> dict[str, Ask]:
    """The fields of a line that a bundle answers, by name: functions of the text."""
    return _completions(opened) if isinstance(opened, TFLiteCompleter) else _searched(opened, opened)


def _normalized(vocabulary: AnyVocabulary, text: str) -> str:
    if not isinstance(vocabulary, Vocabulary):
        return text  # words are not normalised
    return SCHEMAS[vocabulary.text_schema].normalize(text)


def _ids(answer: Any) -> Any:
    """What must not change of a field: the ids, and the order of the answers."""
    return [entry["ids"] for entry in answer] if isinstance(answer, list) else answer


def _searched(generator: TFLiteGenerator, original: TFLiteGenerator) -> dict[str, Ask]:
    manifest = original.manifest
    assert manifest is not None
    whole = of_whole_texts(generator, manifest.task, manifest.languages, manifest.settings)

    def ask(reader: Generator, options: DecodingOptions) -> Ask:
        def answer(text: str) -> Any:
            try:
                return [hypothesis_fields(entry) for entry in reader.generate([text], options)[0]]
            except TextTooLongError as error:
                return {"too_long": error.tokens, "limit": error.limit}

        return answer

    return {
        name: ask(whole if name == ANSWERS else generator, options) for name, options in _searches(manifest).items()
    }


def hypothesis_fields(hypothesis: Hypothesis) -> dict[str, Any]:
    """A hypothesis with the fields that are not empty, and a rounded score."""
    found: dict[str, Any] = {
        "ids": list(hypothesis.ids),
        "text": hypothesis.text,
        "score": round(hypothesis.score, 6),
    }
    for name in ("missing", "added"):
        if items := getattr(hypothesis, name):
            found[name] = list(items)
    if hypothesis.confidence is not None:
        found["confidence"] = round(hypothesis.confidence, 6)
    return found


def _completions(completer: TFLiteCompleter | DisturbedCompleter) -> dict[str, Ask]:
    def ask(options: SamplingOptions, sample: int) -> Ask:
        def complete(text: str) -> Any:
            prompt = completer.vocabulary.encode(text)
            try:
                ids = list(completer.stream_ids(prompt, options, sample))
            except TextTooLongError as error:
                return {"too_long": error.tokens, "limit": error.limit}
            before = completer.vocabulary.decode(prompt)
            return [{"ids": ids, "text": completer.vocabulary.decode([*prompt, *ids])[len(before) :]}]

        return complete

    return {name: ask(options, sample) for name, (options, sample) in SAMPLES.items()}
