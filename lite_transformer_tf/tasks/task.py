"""A task: everything that a program must know of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from lite_transformer_tf.data.found import Found
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.tasks.options import Option
from lite_transformer_tf.tasks.sources import Splits

if TYPE_CHECKING:
    from lite_transformer_tf.config.presets import ModelConfig
    from lite_transformer_tf.data.config import DataSection
    from lite_transformer_tf.decoding.completion import Completer
    from lite_transformer_tf.decoding.options import Generator
    from lite_transformer_tf.litert.graph.compiler import GraphOptions
    from lite_transformer_tf.training.config import TaskConfig
    from lite_transformer_tf.training.display import Display
    from lite_transformer_tf.training.run import RunResult
    from lite_transformer_tf.training.run import Task as TrainingTask
    from lite_transformer_tf.training.score import Score

RECIPES = Path(__file__).parent / "recipes"
Config = TypeVar("Config", bound="TaskConfig")
Data = TypeVar("Data", bound=Splits[Any])


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found.

    Args:
        figure: Figure that the task's bar is compared with.
        figures: All figures, for report.json.
        lines: Lines for people.
        messages: Warnings.
        texts: Answer of the model to every text; None for a model that answers none.
        failures: Number of texts that could not be answered.
    """

    figure: float
    figures: Mapping[str, Any]
    lines: Sequence[str]
    messages: Sequence[str] = field(default=())
    texts: Sequence[str] | None = None
    failures: int = 0


@dataclass(frozen=True)
class StoredModel:
    """A model on the disk, before it is opened; `stored_model.find_model` finds it.

    Args:
        path: As the user gave it.
        folder: The model directory; the bundle, or its download form, which is a file.
        is_bundle: Whether it is a bundle.
        task: What it is made for.
        settings: Settings of the task that were saved with it.
        config: Configuration of the model.
    """

    path: str
    folder: Path
    is_bundle: bool
    task: Task
    settings: Mapping[str, Any]
    config: ModelConfig

    @property
    def languages(self) -> tuple[str, ...]:
        """Source and target language; empty where they are not known."""
        from lite_transformer_tf.bundle.card import ModelFacts
        from lite_transformer_tf.bundle.directory import read_manifest

        return read_manifest(self.folder).languages if self.is_bundle else ModelFacts.load(self.folder).languages

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return "bundle" if self.is_bundle else "model directory"

    def open(self, **settings: Any) -> Generator | Completer:
        """What answers with it, see `Task.open`."""
        return self.task.open(self, **settings)


class Task(ABC, Generic[Config, Data]):
    """One task, with the class of its runs' configuration and that of its splits.

    A subclass is stateless; its one instance is registered (`registry.register`).

    Attributes:
        name: Name of the task, and of the program that trains for it.
        model: What is trained, in words.
        verb: Name of the program that answers with a model of the task.
        score: Figure by which its models are compared.
        bar: Option of `evaluate` with the lowest score that passes; the highest, where lower is better.
        recipe: Default configuration, a name in `recipes/` or a file.
        files_recipe: Default configuration with a data directory, for a corpus of any size; None takes `recipe`.
        example: Name of another one.
        files: What a data directory holds, in words.
        default_data: What the default configuration trains on, in words.
        downloads: Whether its data may be downloaded.
        pairs_languages: Whether its models go from one language to another, so that languages choose a model.
        model_config: Class of its models' configuration.
        data_config: Class of the section `data` of a run's configuration.
        evaluation_options: Options of `evaluate` that the task knows, its bar included.
        export_options: Options of `export` that the task knows.
    """

    name: ClassVar[str]
    model: ClassVar[str]
    verb: ClassVar[str]
    score: ClassVar[Score]
    bar: ClassVar[Option]
    recipe: ClassVar[str]
    files_recipe: ClassVar[str | None] = None
    example: ClassVar[str]
    files: ClassVar[str]
    default_data: ClassVar[str]
    downloads: ClassVar[bool] = False
    pairs_languages: ClassVar[bool] = False
    model_config: ClassVar[type]
    data_config: ClassVar[type]
    evaluation_options: ClassVar[tuple[Option, ...]]
    export_options: ClassVar[tuple[Option, ...]] = ()

    # Training

    @property
    @abstractmethod
    def config(self) -> type[Config]:
        """Class of a run's configuration."""

    def locate(self, settings: DataSection, directory: PathLike | None) -> Found[Any] | None:
        """The files of the data, found but not read; None without files. Needs no TensorFlow.

        Args:
            settings: The section `data` of the configuration.
            directory: Directory of the data; None with named files, and with an embedded corpus.

        Raises:
            SettingsError: The directory is missing, or is given where it has no use.
            FileNotFoundError, ValueError: Files are missing, or it is not clear which are meant; all of them are told.
        """
        return None

    @abstractmethod
    def load(self, settings: DataSection, directory: PathLike | None, *, download: bool = False) -> Data:
        """The training, validation and test data.

        Args:
            settings: The section `data` of the configuration.
            directory: Directory of the data; None with named files, and with an embedded corpus.
            download: Whether a data set may be downloaded.

        Raises:
            SettingsError, FileNotFoundError, ValueError: See `locate`; or the data cannot be read.
        """

    @abstractmethod
    def make(self, config: Config, data: Data, announce: Callable[[str], None] = lambda line: None) -> TrainingTask:
        """The task as `run_training` takes it.

        Args:
            config: Configuration of the run.
            data: Splits as `load` returns them.
            announce: Called with lines for people.
        """

    def run(
        self,
        config: Config,
        data_directory: PathLike | None,
        output: PathLike,
        display: Display | None = None,
        data: Data | None = None,
        *,
        download: bool = False,
        start: PathLike | None = None,
        new_vocabulary: bool = False,
        distribute: str | None = None,
    ) -> RunResult:
        """Trains a model in the run directory `output`, resumes that run, or finds it finished.

        Args:
            config: Configuration of the run.
            data_directory: Directory of the data; None with an embedded corpus.
            output: Directory of the run, see `training.run`.
            display: Shows the progress.
            data: Splits to use instead of those that the configuration names.
            download: Whether a data set may be downloaded.
            start: Trained model to begin with, see `FineTuningTask`.
            new_vocabulary: Whether it gets vocabularies of this data, see `NewVocabularyTask`.
            distribute: "mirrored", "multiworker" or "tpu", see `make_distribution`; None for one device.

        Raises:
            see `load`, `make`, `beginning_with`, `DistillingTask`, `make_distribution` and `run_training`.
        """
        from lite_transformer_tf.training.cluster import check_settings
        from lite_transformer_tf.training.display import Counted, Display
        from lite_transformer_tf.training.distilling import with_teacher
        from lite_transformer_tf.training.distribution import make_distribution
        from lite_transformer_tf.training.new_vocabulary import beginning_with
        from lite_transformer_tf.training.run import begun_by_all, run_training
        from lite_transformer_tf.training.threads import configure_threads

        check_settings(distribute, config.training)
        configure_threads(config.training.intra_op_threads, config.training.inter_op_threads)
        display = display or Display()
        distribution = make_distribution(distribute, display.line)
        if not distribution.is_chief:
            display = Display(quiet=True)
        splits = data or self.load(config.data, data_directory, download=download)
        config = begun_by_all(config, Path(output), distribution).fitted(splits.train)
        task = self.make(config, splits, display.line)
        if isinstance(task, Counted):
            task.counting = display.counting
        begun = beginning_with(start, task, config, new_vocabulary, display.line)
        return run_training(with_teacher(config, begun, start, display.line), config, output, display, distribution)

    # Using a model

    @abstractmethod
    def open(self, model: StoredModel, **settings: Any) -> Generator | Completer:
        """What answers with a model: a `Generator`, or a `Completer`; `settings` go to `open_bundle` for a bundle.

        Raises:
            ValueError, OSError: Its files are damaged, or hold a model of another kind.
        """

    @abstractmethod
    def evaluate(self, model: StoredModel, arguments: Namespace) -> Evaluation:
        """Measures a model on the test set that the arguments name; `evaluation_options` lists those that it reads."""

    # Exporting and compressing a model

    @abstractmethod
    def default_graph(
        self, settings: Mapping[str, Any], beam_size: int | None = None, buckets: Sequence[int] | None = None
    ) -> GraphOptions:
        """Shapes of an exported file: the given ones, otherwise those that the task and its saved settings need."""

    @abstractmethod
    def check_set(self, data: Data, limit: int | None = None) -> tuple[list[str], list[str]]:
        """Texts of the test set, or else of the validation set, for the check of a bundle, and references if any."""

    @abstractmethod
    def calibration_texts(self, data: Data) -> list[str]:
        """Texts of the validation set, for the ranges of an integer file."""
