"""What follows from the size of a corpus when a configuration does not say it, and what a run keeps of it."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import pytest

from lite_transformer_tf.settings import from_mapping, load_settings
from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig
from lite_transformer_tf.training.config import RunConfig, TrainingConfig, ValidationConfig, load_run_config
from lite_transformer_tf.training.run import describe_length
from lite_transformer_tf.training.run_directory import as_begun
from lite_transformer_tf.training.schedules.cosine import CosineConfig
from lite_transformer_tf.training.schedules.inverse_square_root import InverseSquareRootConfig
from tests.recipes import PATHS, kind_of

pytestmark = pytest.mark.light
PLAIN = {"data": {"source": "en", "target": "de"}, "model": {"preset": "iwslt_160", "embedding_sharing": "all"}}
RECIPES = Path("train/configs")


@pytest.mark.parametrize(
    "batches, accumulation, max_updates, epochs, updates, warm_up, every",
    [
        (12, 1, None, 100, 1200, 120, 4),
        (1, 1, None, 1200, 1200, 120, 48),
        (13, 4, None, 400, 1200, 120, 16),
        (1000, 1, None, 25, 25_000, 2500, 1),
        (2000, 1, None, 25, 50_000, 4000, 1),  # as it was before: the longest warm-up
        (10, 1, 95, 10, 95, 9, 1),
        (1, 1, 5, 5, 5, 0, 1),
    ],
)
def test_epochs_and_warm_up_follow_from_the_updates(
    batches, accumulation, max_updates, epochs, updates, warm_up, every
):
    settings = TrainingConfig(accumulation_steps=accumulation, max_updates=max_updates)
    fitted = settings.fitted(batches)
    assert (fitted.epochs, fitted.updates(batches), settings.updates(batches)) == (epochs, updates, updates)
    assert fitted.schedule == InverseSquareRootConfig(warmup_steps=warm_up)
    assert (fitted.validation.every, fitted.validation.score_every) == (every, every)
    assert fitted.fitted(batches) == fitted == fitted.fitted(7 * batches), "numbers stay"
    assert settings.schedule.build(updates).warmup_steps == warm_up
    cosine = CosineConfig().build(updates)
    assert (cosine.warmup_steps, cosine.period) == (warm_up, updates - warm_up)


def test_what_is_said_stays():
    said = TrainingConfig(
        epochs=3, schedule=CosineConfig(warmup_steps=200), validation=ValidationConfig(every=2, score_every=4)
    )
    assert said.fitted(1) == said
    assert TrainingConfig(epochs=300).fitted(1).validation == ValidationConfig(every=1, score_every=1)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_recipes_train_as_before(path):
    """All but the ones for data of any size say how long they train; none of their batches changes with the data."""
    config = load_settings(kind_of(path), path)
    open_ended = path.stem.endswith("_files")
    assert (config.training.epochs is None) == (config.training.schedule.warmup_steps is None) == open_ended
    if not open_ended:
        assert config.fitted(iter(())) is config
        assert config.training.fitted(1) == dataclasses.replace(
            config.training, validation=config.training.fitted(9).validation
        )
        assert config.training.fitted(1).validation.every == 1


@pytest.mark.parametrize("pairs, tokens", [(20, 257), (800, 412), (8000, 4096), (itertools.count(), 4096)])
def test_batches_of_a_small_corpus(pairs, tokens):
    """Pairs of 4 and 10 characters, some 5 tokens with eos: an eighth, but no less than the longest that is kept."""
    data = (("abcd", "abcdefghij") for _ in (pairs if isinstance(pairs, itertools.count) else range(pairs)))
    assert RunConfig.from_dict(PLAIN).fitted(data).data.tokens_per_batch == (500 if pairs == 800 else tokens)


def test_batches_hold_what_cleaning_keeps():
    fit = lambda **rules: (  # noqa: E731
        RunConfig.from_dict({**PLAIN, "data": {**PLAIN["data"], "cleaning": rules}})
        .fitted([("a", "b")])
        .data.tokens_per_batch
    )
    assert [fit(max_tokens=60), fit(max_tokens=60, max_source_tokens=99), fit(max_tokens=None)] == [61, 100, 4096]


@pytest.mark.parametrize("lines, rows", [(1, 1), (200, 8), (10_000, 32)])
def test_rows_of_a_small_text(lines, rows):
    """Lines of 41 tokens in blocks of 128: an eighth of the blocks."""
    config = from_mapping(LanguageModelRunConfig, {"model": {"embed_dim": 16, "kernel_sizes": [3], "heads": 2}})
    assert config.fitted(["a" * 100] * lines).data.batch_size == rows


def test_a_run_keeps_the_numbers_that_it_began_with(tmp_path):
    """Whatever this version would choose, and only for what may follow from the data: other nulls mean something."""
    asked = RunConfig.from_dict(PLAIN)
    numbers = ["data.tokens_per_batch=4096", "training.epochs=25", "training.schedule.warmup_steps=4000"]
    numbers += ["training.validation.every=1", "training.validation.score_every=1"]
    begun = load_run_config_of(asked, tmp_path / "asked.yaml", [*numbers, "training.max_updates=9"])
    assert as_begun(asked, tmp_path) == asked
    (tmp_path / "config.yaml").write_text(begun.to_yaml())
    assert as_begun(asked, tmp_path) == asked, "it has lost nothing that it could keep"
    (tmp_path / "report.json").write_text("{}")
    kept = as_begun(asked, tmp_path)
    assert kept == dataclasses.replace(begun, training=dataclasses.replace(begun.training, max_updates=None))
    other = load_run_config_of(asked, tmp_path / "asked.yaml", ["training.validation.every=3"])
    assert as_begun(other, tmp_path) == other, "3 and a score at every epoch contradict each other: claim says so"


def load_run_config_of(config: RunConfig, path: Path, overrides: list[str]) -> RunConfig:
    path.write_text(config.to_yaml())
    return load_run_config(path, overrides)


def test_a_warm_up_that_is_longer_than_the_training_is_told():
    short = TrainingConfig(epochs=3, schedule=CosineConfig(warmup_steps=200))
    told, warning = describe_length(short, 12)
    assert told == "training: 36 updates, epochs of 12 batches; warm-up over 200 updates"
    assert warning.startswith("warning: training.schedule.warmup_steps should be less than the updates")
    assert warning.endswith("Received: a warm-up of 200 updates for 36 updates")
    assert describe_length(TrainingConfig().fitted(1), 1) == [
        "training: 1200 updates, epochs of 1 batch; warm-up over 120 updates"
    ]
