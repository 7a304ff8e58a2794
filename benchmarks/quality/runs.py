"""The trainings of a case: their directories, configurations and states.

OUTPUT/CASE/BUDGET/ARCHITECTURE/rate-0.002   a run of the search for the learning rate
OUTPUT/CASE/BUDGET/ARCHITECTURE/seed-1       a run with the chosen rate
Beside each is its configuration (.yaml). RECORDS, which is OUTPUT unless it is given, has the record of each run that
has ended below the same path (.record.json): all that tables and plots need, so runs may be removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.quality.budgets import FROZEN, frozen_size, model_settings
from benchmarks.quality.cases import SEARCH, Budget, Case, Extent
from benchmarks.quality.records import read_record
from lite_transformer_tf.boundary.errors import Failure
from lite_transformer_tf.settings import read_settings
from lite_transformer_tf.tasks.task import RECIPES
from lite_transformer_tf.training.config import TaskConfig
from lite_transformer_tf.training.runlog import read_log

SEARCH_SEED = 0
WARM_UP = 8  # the warm-up is one update in this many
DONE, DIVERGED, BEGUN, OPEN = "done", "diverged", "begun", "to do"


@dataclass(frozen=True)
class Run:
    """One training.

    Args:
        comparison: The comparison that it belongs to.
        budget: Name of the budget.
        architecture: Name of the architecture.
        seed: Seed; 0 for a run of the search.
        rate: Learning rate. `None` while the search has not chosen it.
    """

    comparison: Comparison
    budget: str
    architecture: str
    seed: int
    rate: float | None

    @property
    def case(self) -> Case:
        return self.comparison.case

    @property
    def searches(self) -> bool:
        """Whether this run belongs to the search for the learning rate."""
        return self.seed == SEARCH_SEED

    @property
    def place(self) -> Path:
        """Path of the run below the output."""
        last = f"rate-{self.rate:g}" if self.searches else f"seed-{self.seed}"
        return Path(self.comparison.name, self.budget, self.architecture, last)

    @property
    def directory(self) -> Path:
        """The run directory."""
        return self.comparison.output / self.place

    @property
    def config_file(self) -> Path:
        """The file of its configuration, beside the run directory."""
        return self.directory.with_name(f"{self.directory.name}.yaml")

    @property
    def record_file(self) -> Path:
        """The file of its record."""
        place = (self.comparison.records or self.comparison.output) / self.place
        return place.with_name(f"{place.name}.record.json")

    @property
    def size(self) -> Budget:
        return self.case.budgets[self.budget]

    @property
    def updates(self) -> int:
        """Updates of this run."""
        return self.size.updates // SEARCH if self.searches else self.size.updates

    @property
    def record(self) -> dict[str, Any] | None:
        """The record of this run; `None` until it has ended.

        Raises:
            SettingsError: The record, or the model of the run, is damaged.
        """
        return None if self.rate is None else read_record(self.record_file, self.configuration(), self.directory)

    @property
    def state(self) -> str:
        """`DONE`, `DIVERGED`, `BEGUN` or `OPEN`.

        Raises:
            SettingsError: The record, or the model of the run, is damaged.
        """
        record = self.record
        if record is not None:
            return DIVERGED if "diverged" in record else DONE
        return BEGUN if (self.directory / "checkpoints").is_dir() else OPEN

    @property
    def figures(self) -> dict[str, Any]:
        """The record of a run that is done."""
        record = self.record
        assert record is not None
        return record

    def updates_made(self) -> int:
        """Updates that the log of the run tells of."""
        log = self.directory / "log.jsonl"
        return max((row["update"] for row in read_log(log)), default=0) if log.is_file() else 0

    def configuration(self) -> TaskConfig:
        """The configuration of the run.

        Raises:
            Failure: The search has not ended, or every rate diverged.
        """
        if self.rate is None:
            raise Failure(f"The search for a learning rate must find one that trains. Received: none for {self.place}")
        size = frozen_size(self.comparison.name, self.budget, self.architecture, self.comparison.sizes)
        settings = merged(read_settings(RECIPES / f"{self.case.recipe}.yaml"), self.case.settings)
        warm_up = max(1, self.updates // WARM_UP)
        training = {
            **settings.get("training", {}),
            "seed": self.seed,
            "epochs": None,
            "max_updates": self.updates,
            "schedule": {"kind": "cosine", "peak": self.rate, "warmup_steps": warm_up, "floor": self.rate / 100},
        }
        model = model_settings(self.case, self.architecture, size.embed_dim, size.heads)
        return self.case.kind.config.from_dict({**settings, "model": model, "training": training})


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of two levels and more, those of `new` first."""
    result = dict(old)
    for name, value in new.items():
        inner = result.get(name)
        both = isinstance(value, Mapping) and isinstance(inner, Mapping)
        result[name] = merged(inner, value) if both else value  # type: ignore[arg-type]
    return result


@dataclass(frozen=True)
class Search:
    """The search for the learning rate of one architecture at one budget: one short run per rate, the same for all.

    Args:
        runs: The runs.
    """

    runs: tuple[Run, ...]

    @property
    def complete(self) -> bool:
        """Whether all runs have ended."""
        return len(self.results()) == len(self.runs)

    def results(self) -> dict[float, float | None]:
        """Validation loss, negative log-likelihood per token, of every rate that has ended; `None` if it diverged."""
        records = [(run.rate, run.record) for run in self.runs]
        return {
            rate: None if "diverged" in record else float(record["validation"]["nll"])
            for rate, record in records
            if rate is not None and record is not None
        }

    @property
    def chosen(self) -> float | None:
        """The rate with the lowest validation loss; `None` while the search goes on, or if every rate diverged."""
        results = self.results()
        losses = {rate: loss for rate, loss in results.items() if loss is not None}
        return min(losses, key=lambda rate: losses[rate]) if len(results) == len(self.runs) and losses else None

    @property
    def at_edge(self) -> bool:
        """Whether the chosen rate is the lowest or the highest that was tried, so that a further one may be better."""
        rates = [run.rate for run in self.runs]
        return self.chosen in (rates[0], rates[-1])


@dataclass(frozen=True)
class Comparison:
    """All runs of one case.

    Args:
        output: Directory of the whole comparison.
        name: Name of the case.
        case: The case.
        full: Whether the whole extent is meant.
        sizes: File of the frozen sizes.
        records: Directory of the records. Defaults to `None`: the output.
    """

    output: Path
    name: str
    case: Case
    full: bool = False
    sizes: Path = FROZEN
    records: Path | None = None

    @property
    def _extent(self) -> Extent:
        found = self.case.extent(self.full)
        assert found is not None  # `chosen_cases` refuses the others
        return found

    @property
    def architectures(self) -> tuple[str, ...]:
        return self._extent.architectures

    @property
    def seeds(self) -> tuple[int, ...]:
        return self._extent.seeds

    def search(self, budget: str, architecture: str) -> Search:
        """The search of one architecture at one budget."""
        return Search(tuple(Run(self, budget, architecture, SEARCH_SEED, rate) for rate in self.case.rates))

    def run(self, budget: str, architecture: str, seed: int) -> Run:
        """The run of a seed, with the chosen rate where there is one."""
        return Run(self, budget, architecture, seed, self.search(budget, architecture).chosen)

    def places(self) -> Iterator[tuple[str, str]]:
        """Budgets and architectures."""
        for budget in self.case.budgets:
            for architecture in self.architectures:
                yield budget, architecture

    def runs(self) -> Iterator[Run]:
        """All runs in the order in which they are trained: searches, then seed by seed, so that tables grow evenly.

        A run is made when the iterator comes to it, so it has the rate that its search has chosen by then.
        """
        for budget, architecture in self.places():
            yield from self.search(budget, architecture).runs
        for seed in self.seeds:
            for budget, architecture in self.places():
                yield self.run(budget, architecture, seed)
