"""The cases and their sizes: every architecture within 2 % of the budget, everything but the model the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality.budgets import FROZEN, computed, frozen_size, model_settings, mult_adds
from benchmarks.quality.cases import Case, chosen_cases, read_cases
from benchmarks.quality.plan import plan_lines, steps
from benchmarks.quality.runs import Comparison, merged
from lite_transformer_tf.readers.json_text import read_object
from lite_transformer_tf.settings import SettingsError, from_mapping

pytestmark = pytest.mark.light

CASES = read_cases()
REQUIRED = {name: case for name, case in CASES.items() if case.required}
ALL = ("lite", "transformer", "evolved")


def test_the_required_cases_are_those_of_the_paper_at_the_size_of_two_cores():
    extents = {name: (case.required.architectures, case.required.seeds) for name, case in REQUIRED.items()}
    assert extents == {
        "multi30k-en-de": (ALL, (1, 2, 3)),
        "acl-titles": (ALL[:2], (1, 2)),
        "wikitext-2": (ALL[:2], (1, 2)),
    }
    assert len(CASES["multi30k-en-de"].budgets) == 2
    minutes = {name: {budget.minutes for budget in case.budgets.values()} for name, case in REQUIRED.items()}
    assert minutes == {"multi30k-en-de": {12}, "acl-titles": {25}, "wikitext-2": {25}}
    assert len({len(case.rates) for case in CASES.values()}) == 1  # every search is of the same size


@pytest.mark.parametrize("name", REQUIRED)
def test_frozen_sizes_are_those_that_are_computed(name: str):
    assert computed({name: CASES[name]})[name] == read_object(FROZEN, "sizes")[name]


@pytest.mark.parametrize("name", CASES)
def test_mult_adds_are_equal(name: str):
    case = CASES[name]
    for budget, entry in case.budgets.items():
        for architecture in case.full.architectures:
            size = frozen_size(name, budget, architecture)
            required = case.required is not None and architecture in case.required.architectures
            assert abs(size.mult_adds / entry.mult_adds - 1) <= (0.02 if required else 0.03)
            assert mult_adds(case, architecture, size.embed_dim, size.heads) == size.mult_adds


@pytest.mark.parametrize("name", CASES)
def test_runs_differ_in_the_model_and_in_what_is_searched(name: str):
    comparison = Comparison(Path("runs"), name, CASES[name], full=True)
    for budget in comparison.case.budgets:
        runs = [run for arch in comparison.architectures for run in comparison.search(budget, arch).runs]
        configs = [run.configuration().to_dict() for run in runs]
        for run, config in zip(runs, configs, strict=True):
            schedule = config["training"].pop("schedule")
            assert (schedule["peak"], schedule["floor"]) == (run.rate, run.rate / 100)
            assert config["training"]["max_updates"] == comparison.case.budgets[budget].updates // 3
            assert config.pop("model")["embed_dim"] == frozen_size(name, budget, run.architecture).embed_dim
        assert all(config == configs[0] for config in configs)


def test_the_plan_of_nothing():
    comparison = Comparison(Path("nowhere"), "multi30k-en-de", CASES["multi30k-en-de"])
    found = steps(comparison)
    assert len(found) == 2 * 3 * (3 + 3)
    assert [step.state for step in found] == 18 * ["to do"] + 18 * ["after the search"]
    per_update = comparison.case.tokens_per_update
    assert per_update and found[0].tokens == 386 * per_update and found[-1].tokens == 1160 * per_update
    text = plan_lines([comparison])
    assert "multi30k-en-de/27M/lite/rate-0.001 " in text[1] and text[1].endswith("to do")
    assert text[-1].startswith("all: 36 runs, 0 done; ")


def test_wrong_cases_are_refused():
    good = {
        "title": "t", "task": "translation", "folder": "f", "recipe": "multi30k_en_de", "rates": [0.1, 0.2],
        "full": {"architectures": ["lite"], "seeds": [1]}, "budgets": {"1M": {"mult_adds": 1, "updates": 9}},
    }  # fmt: skip
    assert from_mapping(Case, good).extent(False) is None
    for changes, word in (
        ({"rates": [0.2, 0.1]}, "rising"),
        ({"required": {"architectures": ["lite"], "seeds": [2]}}, "part of full"),
        ({"budgets": {}}, "at least one size"),
        ({"full": {"architectures": ["rnn"], "seeds": [1]}}, "rnn"),
    ):
        with pytest.raises(SettingsError, match=word):
            from_mapping(Case, {**good, **changes})
    with pytest.raises(ValueError, match="Received: 'multi31k'"):
        chosen_cases(["multi31k"], False)
    with pytest.raises(ValueError, match="only runs with --full. Received: 'wikitext-103'"):
        chosen_cases(["wikitext-103"], False)
    assert list(chosen_cases([], False)) == list(REQUIRED) and list(chosen_cases([], True)) == list(CASES)
    with pytest.raises(ValueError, match="Received: 'evolved'"):
        model_settings(CASES["wikitext-2"], "evolved", 64, 4)
    with pytest.raises(ValueError, match="Received: none for acl-titles, 1G, lite"):
        frozen_size("acl-titles", "1G", "lite")


def test_settings_are_merged_in_depth():
    assert merged({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"c": 4}, "d": {"e": 5}}) == {
        "a": {"b": 1, "c": 4},
        "d": {"e": 5},
    }
