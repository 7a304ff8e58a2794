"""Token embedding whose table can also serve as the output projection."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite
from lite_transformer_tf.composite.arguments import count, require_ids, row
from lite_transformer_tf.composite.masks import with_mask
from lite_transformer_tf.ops.embedding import embedding_lookup
from lite_transformer_tf.ops.shapes import shape_of


@keras.utils.register_keras_serializable(PACKAGE)
class TokenEmbedding(Composite):
    """Rows of a table times sqrt(D). In reverse, products with all rows: the logits of a tied output without bias.

    Args:
        vocabulary_size: Integer. Number of rows V.
        embed_dim: Integer. Width D.
        pad_id: Optional integer. Row that starts as zeros. The layers behind get a mask that hides its ids. Defaults to
            `None` (no such row).

    Call arguments:
        inputs: Ids (B, T) int32, or states (B, T, D) with `reverse=True`.
        reverse: Bool. Whether to project states to the vocabulary. Defaults to `False`.
        mask: Bool (B, T) of states, as Keras hands it on. It goes on to the next layer.

    Returns:
        (B, T, D), or logits (B, T, V) with `reverse=True`.

    Example:
        >>> layer = TokenEmbedding(vocabulary_size=1000, embed_dim=64)
        >>> states = layer(tf.constant([[5, 500]]))
        >>> states.shape, layer(states, reverse=True).shape
        (TensorShape([1, 2, 64]), TensorShape([1, 2, 1000]))
    """

    ranks = {}

    def __init__(self, vocabulary_size: int, embed_dim: int, pad_id: int | None = None, **kwargs) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = count(self, "vocabulary_size", vocabulary_size)
        self.embed_dim = count(self, "embed_dim", embed_dim)
        self.pad_id = row(self, "pad_id", pad_id, self.vocabulary_size)

    @property
    def parts(self) -> dict[str, str]:
        return {"table": "table"}

    def build(self, input_shape) -> None:
        self.table = self.add_weight("table", [self.vocabulary_size, self.embed_dim], initializer=self._initial_table)
        super().build(input_shape)

    def _initial_table(self, shape, dtype=None, **_) -> tf.Tensor:
        rows = keras.initializers.RandomNormal(stddev=self.embed_dim**-0.5)(shape, dtype)
        if self.pad_id is None:
            return rows
        return rows * tf.cast(tf.range(shape[0]) != self.pad_id, rows.dtype)[:, None]

    def compute_output_shape(self, input_shape) -> tf.TensorShape:
        """The shape of the embeddings of ids."""
        return tf.TensorShape([*input_shape, self.embed_dim])

    def compute_mask(self, inputs, mask=None):
        """Where ids differ from `pad_id`; the mask of states with `reverse=True`."""
        if self.pad_id is None or not inputs.dtype.is_integer:
            return mask
        return tf.not_equal(inputs, self.pad_id)

    def call(self, inputs, reverse=False, mask=None):
        if reverse:
            flat = tf.reshape(inputs, [-1, self.embed_dim])
            logits = tf.matmul(flat, self.table, transpose_b=True)
            return with_mask(tf.reshape(logits, [*shape_of(inputs)[:-1], self.vocabulary_size]), mask)
        require_ids(self, inputs)
        states = embedding_lookup(self.table, inputs) * tf.cast(self.embed_dim**0.5, self.compute_dtype)
        return with_mask(states, self.compute_mask(inputs))

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "embed_dim": self.embed_dim,
            "pad_id": self.pad_id,
        }
