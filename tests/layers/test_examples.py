"""The examples in the layers' docstrings run and give what they show."""

from __future__ import annotations

import doctest

import pytest
import tensorflow as tf

from lite_transformer_tf import layers

SHOWN = [name for name in layers.__all__ if "TensorShape" in (getattr(layers, name).__doc__ or "")]


def test_the_simple_layers_show_examples():
    assert {"AdaptiveEmbedding", "AdaptiveSoftmax", "FeedForward", "LayerNorm", "ResidualNorm"} <= set(SHOWN)
    assert {"SinusoidalPositions", "TokenEmbedding"} <= set(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
def test_example(name):
    known = {"tf": tf, **{layer: getattr(layers, layer) for layer in layers.__all__}}
    examples = doctest.DocTestParser().get_doctest(getattr(layers, name).__doc__, known, name, None, None)
    failed, tried = doctest.DocTestRunner().run(examples)
    assert tried > 0 and failed == 0
