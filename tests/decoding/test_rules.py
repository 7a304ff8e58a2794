"""Every rule forbids the same in the graph and in NumPy; a new rule reaches every search."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.keras_stepper import KerasStepper
from lite_transformer_tf.decoding.numpy_search import search
from lite_transformer_tf.decoding.options import DecodingOptions, option_arguments
from lite_transformer_tf.decoding.rules import registry
from lite_transformer_tf.decoding.rules.no_repeat_ngram import NoRepeatNgram, blocked_tokens
from lite_transformer_tf.decoding.rules.rule import Rule, SpecialIds
from lite_transformer_tf.decoding.rules.special_tokens import SpecialTokens
from lite_transformer_tf.settings.shapes import shapes
from tests.decoding.toy_rule import MaxRun, ToyOptions
from tests.tiny import EOS, PAD, tiny_model

SPECIAL = SpecialIds(PAD, EOS)


@dataclasses.dataclass(frozen=True)
class Case:
    """R hypotheses in one step of a search."""

    options: Any
    log_probs: np.ndarray  # (R, N)
    step: int
    history: np.ndarray  # (R, M), M > step
    limits: np.ndarray  # (R,)


@st.composite
def cases(draw: st.DrawFn, options_type: type) -> Case:
    """Histories have no `eos`; tokens from `step` on must not be read, so anything may stand there."""
    kinds = {int: st.integers(0, 4), float: st.floats(0, 2)}
    options = options_type(**{name: draw(kinds[shape.kind]) for name, shape in shapes(options_type).items()})
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows, tokens = draw(st.integers(1, 4)), draw(st.integers(4, 9))
    step = draw(st.integers(0, 7))
    history = generator.choice([0, *range(3, tokens)], [rows, step + draw(st.integers(1, 3))])
    limits = generator.integers(0, 9, rows)
    return Case(options, generator.normal(size=[rows, tokens]).astype(np.float32), step, history, limits)


def in_graph(rules: Any, case: Case) -> np.ndarray:
    step, history, limits = (tf.constant(value, tf.int32) for value in (case.step, case.history, case.limits))
    return rules.forbid_in_graph(tf.constant(case.log_probs), step, history, limits).numpy()


@pytest.mark.parametrize("rule", [*registry.RULES, MaxRun])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_both_forms_of_a_rule_forbid_the_same(rule: type[Rule[Any]], data: st.DataObject) -> None:
    case = data.draw(cases(rule.options_type))
    if not rule.is_used(case.options):
        return
    made, expected = rule(case.options, SPECIAL), case.log_probs.copy()
    tokens = np.arange(expected.shape[1])
    for row, (history, limit) in enumerate(zip(case.history, case.limits.tolist(), strict=True)):
        ids = history[: case.step].tolist()
        forbidden = np.broadcast_to(made.forbids(tokens, ids, limit), tokens.shape)
        assert [bool(made.forbids(token, ids, limit)) for token in tokens.tolist()] == forbidden.tolist()
        expected[row, forbidden] = -np.inf
    np.testing.assert_array_equal(in_graph(made, case), expected)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(case=cases(registry.RuleOptions))
def test_all_rules_together(case: Case) -> None:
    """A token is forbidden when one rule forbids it; rows of one limit are asked at once, as beam search does it."""
    case = dataclasses.replace(case, limits=np.full_like(case.limits, case.limits[0]))
    rules, limit = registry.ActiveRules(case.options, SPECIAL), int(case.limits[0])
    hypotheses = case.history[:, : case.step].tolist()
    tokens = np.broadcast_to(np.arange(case.log_probs.shape[1]), case.log_probs.shape)
    forbidden = rules.forbidden(tokens, hypotheses, limit)
    np.testing.assert_array_equal(in_graph(rules, case), np.where(forbidden, -np.inf, case.log_probs))
    for ids, row in zip(hypotheses, forbidden, strict=True):
        assert [rules.forbids(token, ids, limit) for token in range(len(row))] == row.tolist()


@pytest.mark.parametrize(
    ("ids", "size", "blocked"),
    [
        ([], 1, []),
        ([5, 6, 5], 1, [5, 6]),
        ([5, 6, 7, 5], 2, [6]),
        ([5, 6, 5, 7, 5], 2, [6, 7]),
        ([5, 5, 5], 2, [5]),
        ([5, 6, 7, 5, 6], 3, [7]),
        ([5, 6], 3, []),
        ([5, 6, 7], 5, []),
    ],
)
def test_blocked_tokens(ids: list[int], size: int, blocked: list[int]) -> None:
    assert blocked_tokens(ids, size) == blocked


@pytest.mark.parametrize(
    ("ids", "limit", "forbidden"),
    [([], 3, [PAD, EOS]), ([0, 0], 3, [PAD]), ([0, 0, 0], 3, [0, PAD, 3, 4]), ([0], 1, [0, PAD, EOS, 3, 4])],
)
def test_special_tokens(ids: list[int], limit: int, forbidden: list[int]) -> None:
    rule = SpecialTokens(DecodingOptions(min_length=2), SPECIAL)
    assert [token for token in range(5) if rule.forbids(token, ids, limit)] == forbidden


def test_every_rule_s_options_are_decoding_options() -> None:
    names = {field.name for field in dataclasses.fields(DecodingOptions)}
    for rule in registry.RULES:
        assert issubclass(DecodingOptions, rule.options_type)
        assert {field.name for field in dataclasses.fields(rule.options_type)} <= names
    assert registry.rules_of(DecodingOptions()) == registry.RULES == [NoRepeatNgram, SpecialTokens]


# A new rule: tests/decoding/toy_rule.py, and its line in the registry.


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RULES", [*registry.RULES, MaxRun])


def has_run(ids: tuple[int, ...]) -> bool:
    return any(first == second for first, second in zip(ids, ids[1:], strict=False))


@pytest.mark.parametrize("beam_size", [1, 3])
def test_a_new_rule_reaches_every_search(registered: None, beam_size: int) -> None:
    model = tiny_model(kernel_sizes=(3,))
    generator, stepper = KerasGenerator(model, None, None), KerasStepper(model)  # type: ignore[arg-type]
    sources = [[4, 5, 6], [7], [8, 9]]
    free = ToyOptions(beam_size=beam_size, n_best=beam_size, min_length=6, max_length=8)
    answers = {}
    for options in (free, free.replace(max_run=1)):  # the same generator: a graph that ignores the rule would be found
        found = generator.generate_ids(sources, options)
        for source, hypotheses in zip(sources, found, strict=True):
            other = search(stepper, [*source, EOS], options, eos_id=EOS, pad_id=PAD, vocabulary_size=13)
            assert [ids for ids, _ in other] == [ids for ids, _ in hypotheses]
            scores = [score for _, score in hypotheses]
            assert [score for _, score in other] == pytest.approx(scores, abs=1e-5)
        answers[options.max_run] = [ids for hypotheses in found for ids, _ in hypotheses]
    assert any(map(has_run, answers[0])) and not any(map(has_run, answers[1]))


def test_a_new_rule_is_checked_and_offered(registered: None) -> None:
    with pytest.raises(ValueError, match="max_run must not be negative. Received: -1"):
        ToyOptions(max_run=-1)
    added = [argument for argument in option_arguments(ToyOptions) if argument.name == "max_run"]
    assert [(argument.flag, argument.kind, argument.metavar, argument.help) for argument in added] == [
        ("--max-run", int, "N", "greatest number of equal tokens in a row; 0 allows any (default: 0)")
    ]


def test_only_limits_and_the_number_of_answers_share_a_graph() -> None:
    """Whatever else is added makes another graph, without anybody listing it."""
    changes: dict[str, Any] = {"max_length": 9, "max_length_ratio": 0.5, "max_length_offset": 3, "n_best": 2}
    changes["copy_check"] = False
    names = [field.name for field in dataclasses.fields(ToyOptions) if field.name not in changes]
    base = ToyOptions()
    assert base.replace(**changes).graph_options() == base.graph_options() == base
    for name in names:
        value = getattr(base, name) + 1
        assert base.replace(**{name: value}).graph_options() == base.replace(**{name: value}) != base
