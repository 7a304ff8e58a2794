"""The simpler simple recurrent unit as a Keras layer."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense, project
from lite_transformer_tf.composite.masks import merged, with_mask
from lite_transformer_tf.ops.compiled import compiled_by_xla

Shift = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]


def scan(decay: tf.Tensor, added: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """c_t = a_t c_{t-1} + b_t with c_0 = 0, and the products a_1 ... a_t, from a and b (B, T, C): both (B, T, C).

    The distance of the composed steps doubles in each of log2(T) rounds.
    """
    if decay.shape[1] == 1:  # a step of decoding
        return added, decay
    return _compiled_scan(decay, added) if compiled_by_xla() else _doubled(decay, added, _padded)


def _padded(tensor: tf.Tensor, distance: tf.Tensor, fill: tf.Tensor) -> tf.Tensor:
    """Every position moved `distance` to the right, and `fill` in front."""
    moved = tf.pad(tensor, [[0, 0], [distance, 0], [0, 0]], constant_values=fill)[:, : tf.shape(tensor)[1]]
    return tf.ensure_shape(moved, tensor.shape)


def _rolled(tensor: tf.Tensor, distance: tf.Tensor, fill: tf.Tensor) -> tf.Tensor:
    """`_padded` for XLA, which cannot pad by a distance that it does not know."""
    front = (tf.range(tf.shape(tensor)[1]) < distance)[:, None]
    return tf.where(front, fill, tf.roll(tensor, distance, 1))


def _doubled(decay: tf.Tensor, added: tf.Tensor, shift: Shift) -> tuple[tf.Tensor, tf.Tensor]:
    length = tf.shape(decay)[1]

    def shifted(tensor: tf.Tensor, distance: tf.Tensor, fill: float) -> tf.Tensor:
        return shift(tensor, distance, tf.cast(fill, tensor.dtype))

    def compose(distance: tf.Tensor, decay: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        state += decay * shifted(state, distance, 0.0)
        return 2 * distance, decay * shifted(decay, distance, 1.0), state

    _, products, states = tf.while_loop(lambda distance, *_: distance < length, compose, (tf.constant(1), decay, added))
    return states, products


@tf.custom_gradient
def _compiled_scan(decay: tf.Tensor, added: tf.Tensor):
    """`scan` for XLA: the gradient of the recurrence is the recurrence from right to left."""
    states, products = _doubled(decay, added, _rolled)

    def backward(into_states: tf.Tensor, into_products: tf.Tensor):
        following = tf.concat([decay[:, 1:], tf.zeros_like(decay[:, :1])], 1)[:, ::-1]
        of_states = _doubled(following, into_states[:, ::-1], _rolled)[0][:, ::-1]
        of_products = _doubled(following, into_products[:, ::-1], _rolled)[0][:, ::-1]
        earlier = tf.concat([tf.zeros_like(states[:, :1]), states[:, :-1]], 1)
        before = tf.concat([tf.ones_like(products[:, :1]), products[:, :-1]], 1)
        return of_states * earlier + of_products * before, of_states

    return (states, products), backward


@keras.utils.register_keras_serializable(PACKAGE)
class SimpleRecurrentUnit(Composite):
    """Simpler simple recurrent unit (Kim et al. 2019), causal.

    The output is relu(c_t) with c_t = f_t c_{t-1} + (1 - f_t) W x_t and f_t = sigmoid(W_f x_t + b_f).

    Call arguments:
        inputs: (B, T, C), B sequences of T positions.
        padding_mask: Bool (B, T), true at real positions. `None` if all are real. c passes pads unchanged.
        cache: (B, 1, C), c of the position before `inputs`.
        mask: The same as Keras hands it on, for example from `Embedding(mask_zero=True)`. A position is real if no
            given mask says otherwise. It goes on to the next layer, which `padding_mask` does not.

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
        super().build(input_shape)
        self._channels = input_shape[-1]
        self.forget = dense(self, self._channels, name="forget")
        self.input_projection = dense(self, self._channels, use_bias=False, name="input")

    def initial_cache(self, batch_size: tf.Tensor | int) -> tf.Tensor:
        """A cache that contains no position yet. The layer must be built."""
        return tf.zeros([batch_size, 1, self._channels], self.compute_dtype)

    def call(self, inputs, padding_mask=None, cache=None, training=None, mask=None):
        forget = tf.sigmoid(project(self.forget, inputs))
        added = (1 - forget) * project(self.input_projection, inputs)
        real = merged(inputs.shape, padding_mask, mask)
        if real is not None:
            forget = tf.where(real[:, :, None], forget, tf.ones_like(forget))
            added = tf.where(real[:, :, None], added, tf.zeros_like(added))
        states, products = scan(forget, added)
        if cache is None:
            return with_mask(tf.nn.relu(states), mask)
        states += products * cache
        return with_mask(tf.nn.relu(states), mask), states[:, -1:]
