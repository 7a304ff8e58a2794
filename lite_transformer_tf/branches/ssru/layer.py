"""The simpler simple recurrent unit as a Keras layer."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense, project


def scan(decay: tf.Tensor, added: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """c_t = a_t c_{t-1} + b_t with c_0 = 0, and the products a_1 ... a_t, from a and b (B, T, C): both (B, T, C).

    The distance of the composed steps doubles in each of log2(T) rounds.
    """
    length = tf.shape(decay)[1]

    def shifted(tensor: tf.Tensor, distance: tf.Tensor, fill: float) -> tf.Tensor:
        fill = tf.cast(fill, tensor.dtype)
        moved = tf.pad(tensor, [[0, 0], [distance, 0], [0, 0]], constant_values=fill)[:, :length]
        return tf.ensure_shape(moved, tensor.shape)

    def compose(distance: tf.Tensor, decay: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        state += decay * shifted(state, distance, 0.0)
        return 2 * distance, decay * shifted(decay, distance, 1.0), state

    if decay.shape[1] == 1:  # a step of decoding
        return added, decay
    _, products, states = tf.while_loop(lambda distance, *_: distance < length, compose, (tf.constant(1), decay, added))
    return states, products


@keras.utils.register_keras_serializable(PACKAGE)
class SimpleRecurrentUnit(Composite):
    """Simpler simple recurrent unit (Kim et al. 2019), causal.

    The output is relu(c_t) with c_t = f_t c_{t-1} + (1 - f_t) W x_t and f_t = sigmoid(W_f x_t + b_f).

    Call arguments:
        inputs: (B, T, C), B sequences of T positions.
        padding_mask: Bool (B, T), true at real positions. Ignored: pads follow the real positions, which never see
            them.
        cache: (B, 1, C), c of the position before `inputs`.

    Returns:
        (B, T, C). With a cache: (outputs, new cache).

    Example:
        >>> layer = SimpleRecurrentUnit()
        >>> x = tf.random.normal([2, 5, 32])
        >>> outputs = layer(x)
        >>> first, cache = layer(x[:, :1], cache=layer.initial_cache(2))
        >>> bool(tf.reduce_max(tf.abs(first - outputs[:, :1])) < 1e-5)
        True
    """

    rounds_activations = True

    @property
    def parts(self) -> dict[str, str]:
        return {"forget": "forget", "input": "input_projection"}

    def build(self, input_shape) -> None:
        self._channels = input_shape[-1]
        self.forget = dense(self, self._channels, name="forget")
        self.input_projection = dense(self, self._channels, use_bias=False, name="input")
        super().build(input_shape)

    def initial_cache(self, batch_size: tf.Tensor | int) -> tf.Tensor:
        """A cache that contains no position yet. The layer must be built."""
        return tf.zeros([batch_size, 1, self._channels], self.compute_dtype)

    def call(self, inputs, padding_mask=None, cache=None, training=None):
        forget = tf.sigmoid(project(self.forget, inputs))
        states, products = scan(forget, (1 - forget) * project(self.input_projection, inputs))
        if cache is None:
            return tf.nn.relu(states)
        states += products * cache
        return tf.nn.relu(states), states[:, -1:]
