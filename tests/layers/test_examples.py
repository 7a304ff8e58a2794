"""The examples in the layers' docstrings run and print what they show."""

from __future__ import annotations

import doctest

import pytest
import tensorflow as tf

from lite_transformer_tf import layers
from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.branches.ssru.layer import SimpleRecurrentUnit

LAYERS = {**{name: getattr(layers, name) for name in layers.__all__}, "SimpleRecurrentUnit": SimpleRecurrentUnit}


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_has_a_working_example(name):
    known = {"tf": tf, "BranchConfig": BranchConfig, **LAYERS}
    examples = doctest.DocTestParser().get_doctest(LAYERS[name].__doc__, known, name, None, None)
    failed, tried = doctest.DocTestRunner().run(examples)
    assert tried > 0 and failed == 0
