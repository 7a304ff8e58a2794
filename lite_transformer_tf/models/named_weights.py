"""Weights by stable names, for every model of this library."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import named_variables


class NamedWeights:
    """Mixin for Keras models made of named parts."""

    built: bool

    @property
    def weight_parts(self) -> dict[str, keras.layers.Layer]:
        """The layers with weights, by the first part of their weights' names. Shared layers occur once."""
        raise NotImplementedError

    def initialize(self) -> None:
        """Creates the weights."""
        raise NotImplementedError

    def named_variables(self) -> dict[str, tf.Variable]:
        """All weights by stable names, such as `decoder/layer_0/lsra/attention/query/kernel`; shared tables once."""
        self.initialize()
        return {
            name: variable
            for part, layer in self.weight_parts.items()
            for name, variable in named_variables(layer, f"{part}/")
        }

    def named_weights(self) -> dict[str, np.ndarray]:
        """The values of `named_variables`, float32."""
        return {name: variable.numpy() for name, variable in self.named_variables().items()}

    def assign_named_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Sets all weights.

        Raises:
            ValueError: A name is missing or unknown, or a shape differs. The weights are unchanged.
        """
        variables = self.named_variables()
        if set(weights) != set(variables):
            missing, unknown = sorted(set(variables) - set(weights)), sorted(set(weights) - set(variables))
            raise ValueError(
                "These weights belong to another model: their names must be the model's. "
                f"Received: missing {missing[:5]}, unknown {unknown[:5]}"
            )
        for name, variable in variables.items():
            if tuple(weights[name].shape) != tuple(variable.shape):
                raise ValueError(
                    f"Weight {name!r} must have the shape {tuple(variable.shape)}. "
                    f"Received: {tuple(weights[name].shape)}"
                )
        for name, variable in variables.items():
            variable.assign(weights[name])
