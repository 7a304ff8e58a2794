"""The steps of a plan: programs of this package, each of which resumes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lite_transformer_tf.data.embedded import embedded_corpora
from lite_transformer_tf.everyday.pairs import LanguagePair, find_pair, keep_further_texts
from lite_transformer_tf.files import atomic_write_text
from lite_transformer_tf.settings import read_settings
from lite_transformer_tf.tasks.task import RECIPES
from lite_transformer_tf.training.config import RunConfig

BOTH, ONE = "everyday_both_directions", "everyday"
PHRASES = {"travel_phrases": 0.05, "everyday_phrases": 0.5, "number_frames": 0.5, "phrasebook": 1.0, "essentials": 10.0}
"""How often an epoch draws each embedded pair."""
BEAM = ("--beam-size", "4")
WEIGHTS = {"distilled_pairs": 0.5, "distilled_texts": 0.5, "back_translated": 0.5}
"""How often an epoch draws each pair that the model of both directions has made; a real one is drawn once."""

COMPRESSION = (
    "pruning=null",
    "bits=[4]",
    "average_bits=4.7",
    "integer=false",
    "quantization={epochs: 1, peak: 5e-4, warmup_steps: 30, average: 0, distillation: 0.5, dropout: 0.05}",
)
RELATIVE = (
    "data.tokens_per_batch=4096",
    "model.dropout=0.05",
    "model.weight_dropout=0.05",
    "training.epochs=6",
    "training.schedule.peak=1.5e-3",
)
"""What the recipe of one direction changes where the training begins with a translator of a related language."""


@dataclass(frozen=True)
class Step:
    """One program of the plan.

    Args:
        title: What it does.
        words: Its command line, behind `lite-transformer`.
        output: What it makes.
    """

    title: str
    words: tuple[str, ...]
    output: Path


@dataclass(frozen=True)
class Plan:
    """How a translator of one direction is made.

    Args:
        source, target: The direction.
        data: Directory with a folder for each language pair.
        output: Directory of all that is made; the model of both directions is shared by the two plans of a pair.
        overrides: Settings of both trainings, as `training.epochs=1`.
        start: A run, or a model, for both directions in the place of the plan's own.
        relative: A translator of a related language, with which the training begins under a new vocabulary. The model
            for both directions, and what it would have made, are left out.
    """

    source: str
    target: str
    data: Path
    output: Path
    overrides: tuple[str, ...] = ()
    start: Path | None = None
    relative: str | None = None

    @cached_property
    def pair(self) -> LanguagePair:
        """The files of the language pair."""
        return find_pair(self.data, self.source, self.target)

    @property
    def both(self) -> Path:
        """Run of the model for both directions."""
        return self.start or self.output / f"both-{self.pair.folder.name}"

    @property
    def directory(self) -> Path:
        """What belongs to this direction alone."""
        return self.output / f"{self.source}-{self.target}"

    @property
    def bundle(self) -> Path:
        """The download that the plan ends with."""
        return self.directory / "compressed" / "bundles" / "trained_in_int4.ltpk"

    def _file(self, split: str, language: str) -> str:
        return str(self.pair.needed(split, language).absolute())

    def _corpus(self, split: str, source: str, target: str) -> dict[str, Any]:
        return {"path": self._file(split, source), "target": self._file(split, target)}

    def _phrases(self, *swapped: bool) -> list[dict[str, Any]]:
        """The embedded phrases, where they have the languages: in the plan's direction, and with True in the other."""
        names = embedded_corpora(self.source, self.target)
        return [{"corpus": name, "weight": PHRASES[name], "swapped": other} for other in swapped for name in names]

    def _write(
        self, recipe: str, path: Path, source: str, target: str, files: dict[str, Any], changed: Sequence[str] = ()
    ) -> Path:
        """Writes the configuration of a training: a recipe, what changes in it, the plan's overrides and the files."""
        settings = read_settings(RECIPES / f"{recipe}.yaml", [*changed, *self.overrides])
        data = {**settings["data"], "source": source, "target": target, "files": files}
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write_text(path, RunConfig.from_dict({**settings, "data": data}).to_yaml())
        return path

    def _both_config(self) -> Path:
        first, second = self.pair.languages
        directions = ((first, second), (second, first))
        files = {
            "train": [self._corpus("train", *direction) for direction in directions] + self._phrases(False, True),
            "validation": [self._corpus("valid", *direction) for direction in directions],
        }
        return self._write(BOTH, self.both.with_suffix(".yaml"), first, second, files)

    def _one_config(self, distilling: Sequence[Step]) -> Path:
        made = [
            {"path": str((step.output / "distilled.jsonl").absolute()), "weight": WEIGHTS[step.output.name]}
            for step in distilling
        ]
        direction = self.source, self.target
        files = {
            "train": [self._corpus("train", *direction), *made, *self._phrases(False)],
            "validation": [self._corpus("valid", *direction)],
        }
        if self.pair.file("test", self.source):
            files["test"] = [self._corpus("test", *direction)]
        return self._write(ONE, self.directory / "training.yaml", *direction, files, RELATIVE if self.relative else ())

    def further_texts(self) -> dict[str, Path]:
        """Files with further texts of each language, of other pairs; a language without any has no file."""
        found = {}
        for language in (self.source, self.target):
            path = self.directory / f"further.{language}"
            path.parent.mkdir(parents=True, exist_ok=True)
            keep_further_texts(self.data, self.pair, language, path)
            if path.stat().st_size:
                found[language] = path
        return found

    def distilling(self) -> list[Step]:
        """The programs that make pairs."""
        texts, exclude = self.further_texts(), ("--exclude", *map(str, self.pair.held_out))
        files = self._file("train", self.source), self._file("train", self.target)
        wanted: list[tuple[str, str, Sequence[str]]] = [
            ("distilled_pairs", "the training texts answered", ("--pairs", *files, "--n-best", "4"))
        ]
        if self.source in texts:
            further = ("--texts", str(texts[self.source]), "--n-best", "1")
            wanted.append(("distilled_texts", "further texts answered", further))
        if self.target in texts:
            back = ("--texts", str(texts[self.target]), "--n-best", "1", "--reverse")
            wanted.append(("back_translated", "further texts translated back", back))
        common = (*BEAM, *exclude, "--output")
        return [
            Step(title, ("distill", str(self.both), *words, *common, str(self.directory / name)), self.directory / name)
            for name, title, words in wanted
        ]

    def steps(self) -> list[Step]:
        """All programs, in order. Each does nothing where its output is there, and resumes where it was stopped.

        Raises:
            FileNotFoundError: Files of the pair are missing.
        """
        run, compressed = self.directory / "training", self.directory / "compressed"
        train = ("train", "translation", "--config")
        words = ("compress", "--model", str(run), "--output", str(compressed))
        changed = tuple(word for setting in COMPRESSION for word in ("--set", setting))
        before = [] if self.relative else self._before()
        distilling = [step for step in before if step.output != self.both]
        start = (self.relative, "--new-vocabulary") if self.relative else (str(self.both),)
        return [
            *before,
            Step(
                f"the model of {self.source} to {self.target}",
                (*train, str(self._one_config(distilling)), "--start", *start, "--output", str(run)),
                run,
            ),
            Step("the same in 4 bits", (*words, *changed), self.bundle),
        ]

    def _before(self) -> list[Step]:
        """The programs before the model of one direction is trained."""
        if self.start:
            return self.distilling()
        words = ("train", "translation", "--config", str(self._both_config()), "--output", str(self.both))
        return [Step("a model for both directions", words, self.both), *self.distilling()]
