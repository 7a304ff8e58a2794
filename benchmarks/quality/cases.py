"""The cases of the comparison, read from a file and checked whole."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Interval, MinLen

from lite_transformer_tf.settings import NonNegativeInt, PositiveInt, Text, from_mapping, read_yaml, require, section
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.tasks.task import Task

CASES = Path(__file__).parent / "cases.yaml"
LITE, TRANSFORMER, EVOLVED = "lite", "transformer", "evolved"
Architecture = Literal["lite", "transformer", "evolved"]
TITLES = {LITE: "Lite Transformer", TRANSFORMER: "Transformer", EVOLVED: "Evolved Transformer"}
SEARCH = 3
"""A run of the search for a learning rate makes one update where a whole run makes this many."""


@section
class Extent:
    """What is trained for a case.

    Args:
        architectures: Names of architectures.
        seeds: Seeds of the runs with the chosen learning rate. Seed 0 is the search's.
    """

    architectures: Annotated[tuple[Architecture, ...], MinLen(1)]
    seeds: Annotated[tuple[PositiveInt, ...], MinLen(1)]


@section
class Budget:
    """A size at which architectures are compared.

    Args:
        mult_adds: Mult-Adds of every model, in the paper's convention at 30 tokens; widths are the nearest ones.
        updates: Updates of a whole run.
        minutes: Upper bound of one run's time on two cores. `None` promises none.
    """

    mult_adds: PositiveInt
    updates: Annotated[int, Interval(ge=2 * SEARCH)]
    minutes: PositiveInt | None = None


@section
class Case:
    """One comparison.

    Args:
        title: For tables and plots.
        task: Name of the task.
        folder: Folder of the data below the data directory.
        recipe: Recipe with the settings that the case does not change.
        full: The whole extent.
        budgets: Sizes by name.
        rates: Learning rates that the search tries, at the peak of the schedule.
        required: Extent without `--full`. `None` leaves the case out.
        model: Settings of every architecture, such as rates of dropout.
        lite, evolved: Further settings of Lite Transformer, and of the Evolved Transformer, only. A Transformer has as
            many layers as Lite Transformer.
        settings: What differs from the recipe in other sections.
        tokens_per_update: Mean target tokens of an update, as counted on the data. `None` if nobody counted.
    """

    title: Text
    task: Text
    folder: Text
    recipe: Text
    full: Extent
    budgets: dict[str, Budget]
    rates: Annotated[tuple[float, ...], MinLen(1)]
    required: Extent | None = None
    model: dict[str, Any] = field(default_factory=dict)
    lite: dict[str, Any] = field(default_factory=dict)
    evolved: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    tokens_per_update: NonNegativeInt | None = None

    def __post_init__(self) -> None:
        require(bool(self.budgets), "budgets", "must have at least one size", self.budgets)
        rising = all(0 < low < high for low, high in zip((1e-9, *self.rates), self.rates))
        require(rising, "rates", "must be positive and rising", self.rates)
        least = self.required
        inside = least is None or (
            {*least.architectures} <= {*self.full.architectures} and {*least.seeds} <= {*self.full.seeds}
        )
        require(inside, "required", "must be a part of full", least)

    @property
    def kind(self) -> Task:
        """The task of this name."""
        return find_task(self.task)

    def extent(self, full: bool) -> Extent | None:
        """What is trained; `None` for a case that only runs in full."""
        return self.full if full else self.required


def read_cases(path: Path = CASES) -> dict[str, Case]:
    """The cases of a file by name.

    Raises:
        SettingsError: A setting is unknown or wrong.
    """
    return {name: from_mapping(Case, data, name) for name, data in read_yaml(path).items()}


def chosen_cases(names: list[str], full: bool, path: Path = CASES) -> dict[str, Case]:
    """The cases that a command means: those named, otherwise the required ones, or with `full` all.

    Raises:
        ValueError: A name is unknown, or a named case runs in full only and `full` is false.
    """
    cases = read_cases(path)
    for name in names:
        if name not in cases:
            raise ValueError(f"A case must be one of {sorted(cases)}. Received: {name!r}")
        if cases[name].extent(full) is None:
            raise ValueError(f"This case only runs with --full. Received: {name!r}")
    wanted = names or [name for name, case in cases.items() if case.extent(full) is not None]
    return {name: cases[name] for name in wanted}
