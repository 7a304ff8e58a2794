"""A distillation in a directory: the teacher's answers in blocks, resumable; the training pairs and the report.

distillation.json  what it depends on
answers.jsonl      the answers to every text, with their scores, short texts first; progress.json says how much is valid
distilled.jsonl    the training pairs that were chosen
real.jsonl         the real pairs, where they are wanted beside them
report.json        settings, counts and speed; written last
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.corpus import Corpus
from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.data.held_out import HeldOutTexts
from lite_transformer_tf.distillation.progress import ANSWERS_NAME, PROGRESS_NAME, Block, Progress, digest_to
from lite_transformer_tf.distillation.questions import Item, Limits, Questions, read_questions, reasons
from lite_transformer_tf.distillation.selection import Answer, Selection
from lite_transformer_tf.distillation.settings import DistillationSettings
from lite_transformer_tf.distillation.teacher import Workers, digest_of, open_workers
from lite_transformer_tf.files import PathLike, atomic_file, atomic_write_json, is_leftover
from lite_transformer_tf.readers.json_text import json_lines, read_object
from lite_transformer_tf.report import REPORT_NAME, write_report
from lite_transformer_tf.settings import SettingsError, differences, to_mapping
from lite_transformer_tf.tasks.task import StoredModel
from lite_transformer_tf.training.run_directory import LOCK_NAME, locked

IDENTITY_NAME = "distillation.json"
DISTILLED_NAME, REAL_NAME = "distilled.jsonl", "real.jsonl"
FORMAT = 1
Announce = Callable[[str], None]


@dataclass(frozen=True)
class Distillation:
    """What is distilled from what.

    Args:
        teacher: The model.
        corpus: Texts, or pairs of texts and references.
        held_out: Texts that no pair may contain.
        settings: The settings.
    """

    teacher: StoredModel
    corpus: Corpus[Item]
    held_out: HeldOutTexts
    settings: DistillationSettings

    def identity(self) -> dict[str, Any]:
        """All that the output depends on, in plain values; files by what they contain."""
        return {
            "format": FORMAT,
            "teacher": digest_of(self.teacher),
            "texts": self.corpus.digest(),
            "held_out": sorted(self.held_out.digests),
            "settings": to_mapping(self.settings),
        }

    def run(self, output: PathLike, announce: Announce = lambda line: None) -> dict[str, Any]:
        """Distills into a directory, continues where an earlier call was stopped, or finds it finished.

        A continued distillation ends with the same bytes in its files as an undisturbed one.

        Args:
            output: The directory.
            announce: Called with lines for people.

        Returns:
            What report.json contains.

        Raises:
            SettingsError: The directory holds something else, or a distillation with other settings, or is in use.
            ValueError: No text is left to answer; or see `Corpus.read` and `open_workers`.
        """
        directory = Path(output)
        refuse_foreign(directory)
        identity = self.identity()
        if (known := _finished(directory, identity, announce)) is not None:
            announce(f"{directory} is finished")
            return known
        with locked(directory):
            _claim(directory, identity)
            workers = open_workers(self.teacher, self.settings.tokens_per_batch)
            limits, questions = self._questions(workers)
            announce(_read_line(questions))
            progress = _answer(workers, questions, self.settings, directory, announce)
            figures = self._finish(directory, questions, limits, progress)
            write_report(directory, {**figures, "identity": identity})
            return read_object(directory / REPORT_NAME, "The report of a distillation")

    def _questions(self, workers: Workers) -> tuple[Limits, Questions]:
        generator = workers.generators[0]
        cut = self.teacher.settings.get("max_source_tokens")
        rules = CleaningRules(self.settings.max_tokens, self.settings.max_ratio, cut)
        limits = Limits(rules, None if cut else generator.source_limit)
        counts = [
            lambda text, vocabulary=vocabulary: len(vocabulary.encode(text))
            for vocabulary in (generator.source_vocabulary, generator.target_vocabulary)  # type: ignore[attr-defined]
        ]
        return limits, read_questions(self.corpus, self.held_out, limits, (counts[0], counts[1]))

    def _finish(self, directory: Path, questions: Questions, limits: Limits, progress: Progress) -> dict[str, Any]:
        """Chooses the pairs, writes the files, and returns the figures of the report."""
        pairs = [(questions.texts[place], reference) for place, reference in questions.pairs]
        with_real = bool(pairs) and self.settings.keep != "best"
        real = pairs if with_real else []
        selection = Selection(self.settings, limits, self.held_out, frozenset(real))
        references: list[list[tuple[int, str]]] = [[] for _ in questions.texts]
        for item, (place, reference) in enumerate(questions.pairs):
            references[place].append((item, reference))
        count = 0
        for place, answers in zip(questions.order, stored_answers(directory), strict=True):
            count += len(answers)
            known = references[place] or [(place, "")]
            selection.add(questions.texts[place], questions.lengths[place], answers, known)
        rows = [row for _, row in sorted(selection.rows, key=lambda entry: entry[0])]
        files = {DISTILLED_NAME: _write(directory / DISTILLED_NAME, (row.to_dict() for row in rows))}
        if with_real:
            swap = -1 if self.settings.reverse else 1
            plain = (dict(zip(("source", "target"), pair[::swap], strict=True)) for pair in real)
            files[REAL_NAME] = _write(directory / REAL_NAME, plain)
        counts = {
            "read": questions.read,
            "left_out": dict(questions.left_out),
            "unusable": dict(questions.unusable.counts),
            "texts": len(questions.texts),
            "real_pairs": len(questions.pairs),
            "answers": count,
            "answers_left_out": dict(selection.left_out),
            "distilled": len(rows),
        }
        speed = {"seconds": round(progress.seconds, 1), "texts_per_second": round(progress.texts / progress.seconds, 2)}
        teacher = {"task": self.teacher.task.name, "kind": self.teacher.kind, "languages": self.teacher.languages}
        return {"teacher": teacher, "counts": counts, "files": files, "speed": speed}


def refuse_foreign(directory: Path) -> None:
    """Raises `SettingsError` when a directory is neither new nor empty nor one of a distillation."""
    if not directory.is_dir() or (directory / IDENTITY_NAME).is_file():
        return
    names = [entry.name for entry in directory.iterdir()]
    others = sorted(name for name in names if name != LOCK_NAME and not is_leftover(name, IDENTITY_NAME))
    if others:
        rule = "The output must be a new or empty directory, or that of a distillation"
        raise SettingsError(f"{rule}. Received: {str(directory)!r}, which holds {others[:5]}")


def _finished(directory: Path, identity: Mapping[str, Any], announce: Announce) -> dict[str, Any] | None:
    """What the report of a finished distillation contains; None where files are still to be written. It only reads."""
    report = directory / REPORT_NAME
    if not report.is_file():
        return None
    _compare(directory, identity)
    figures = read_object(report, "The report of a distillation", {"files": dict})
    for name, entry in figures["files"].items():
        path = directory / name
        if not path.is_file() or file_digest(path) != entry["sha256"]:
            announce(f"{path} is missing or damaged; it is written again from {ANSWERS_NAME}")
            return None
    return figures


def _claim(directory: Path, identity: Mapping[str, Any]) -> None:
    """Stores what a new distillation depends on, or compares it with what is there."""
    if (directory / IDENTITY_NAME).is_file():
        _compare(directory, identity)
    else:
        atomic_write_json(directory / IDENTITY_NAME, identity)


def _compare(directory: Path, identity: Mapping[str, Any]) -> None:
    """Raises `SettingsError` unless a distillation is that of a directory."""
    path = directory / IDENTITY_NAME
    changes = differences(read_object(path, "What a distillation depends on"), json.loads(json.dumps(identity)))
    if changes:
        rule = "This distillation was started with different settings, texts or another teacher"
        raise SettingsError(
            f"{rule}. Use a new --output, or revert: {'; '.join(changes)}. Received: {str(directory)!r}"
        )


def _answer(
    workers: Workers, questions: Questions, settings: DistillationSettings, directory: Path, announce: Announce
) -> Progress:
    """Answers what is not answered yet, block by block; the state is stored after each."""
    order, stored = questions.order, Progress.load(directory)
    progress = stored.valid(directory)
    if progress != stored:
        lost = stored.texts - progress.texts
        announce(
            f"{directory / ANSWERS_NAME} is damaged; the last {lost} of its {stored.texts} texts are answered again"
        )
    if progress.texts:
        announce(f"resuming behind {progress.texts} of {len(order)} texts")
    path = directory / ANSWERS_NAME
    with path.open("r+b" if path.is_file() else "w+b") as stream:
        known = digest_to(stream, progress.bytes)
        stream.truncate(progress.bytes)
        stream.seek(progress.bytes)
        while progress.texts < len(order):
            begin = time.monotonic()
            places = order[progress.texts : progress.texts + settings.block]
            found = workers.answer([questions.texts[place] for place in places], settings.decoding)
            for answers in found:
                line = _line([asdict(Answer.of(answer)) for answer in answers])
                known.update(line)
                stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
            seconds = progress.seconds + time.monotonic() - begin
            block = Block(progress.texts + len(places), stream.tell(), seconds, known.hexdigest())
            progress = Progress(block.texts, block.bytes, block.seconds, (*progress.blocks, block))
            atomic_write_json(directory / PROGRESS_NAME, asdict(progress))
            announce(_progress_line(progress, questions))
    return progress


def stored_answers(directory: Path) -> Iterator[list[Answer]]:
    """The answers to each text of a distillation, in the order of answering."""
    with (directory / ANSWERS_NAME).open("rb") as stream:
        for answers in json_lines(directory / ANSWERS_NAME, stream, "A line of a distillation's answers"):
            yield [Answer(**answer) for answer in answers]


def _line(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False)}\n".encode()


def _write(path: Path, records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Writes a file in JSON Lines; returns its number of records and its digest."""
    count = 0
    with atomic_file(path) as stream:
        for record in records:
            stream.write(_line(record))
            count += 1
    return {"pairs": count, "sha256": file_digest(path)}


def _read_line(questions: Questions) -> str:
    left_out = reasons(questions.left_out + questions.unusable.counts) or "none"
    kept = f"{len(questions.texts)} different texts to answer"
    return f"{questions.read} read, {kept}, {len(questions.pairs)} real pairs; left out: {left_out}"


def _progress_line(progress: Progress, questions: Questions) -> str:
    lengths = [questions.lengths[place] + 1 for place in questions.order]
    left = progress.seconds * sum(lengths[progress.texts :]) / sum(lengths[: progress.texts])
    speed = progress.texts / max(progress.seconds, 1e-9)
    return f"{progress.texts} of {len(lengths)} texts, {speed:.1f} texts/s, about {left / 60:.0f} min left"


def summary(figures: Mapping[str, Any]) -> list[str]:
    """The result in lines for people."""
    counts, files = figures["counts"], figures["files"]
    left_out = "; ".join(f"{count} {reason}" for reason, count in counts["answers_left_out"].items()) or "none"
    speed = figures["speed"]["texts_per_second"]
    return [
        f"{counts['answers']} answers to {counts['texts']} texts ({speed:.1f} texts/s); left out: {left_out}",
        *(f"{name}: {entry['pairs']} pairs" for name, entry in files.items()),
    ]
