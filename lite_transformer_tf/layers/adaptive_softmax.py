"""Adaptive softmax: a short head over frequent tokens and tail bands, and one softmax per tail."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense
from lite_transformer_tf.composite.arguments import count, rate
from lite_transformer_tf.composite.masks import with_mask
from lite_transformer_tf.layers.adaptive_embedding import AdaptiveEmbedding
from lite_transformer_tf.ops.cross_entropy import label_smoothed_cross_entropy
from lite_transformer_tf.ops.dropout import dropout
from lite_transformer_tf.ops.shapes import shape_of


@keras.utils.register_keras_serializable(PACKAGE)
class AdaptiveSoftmax(Composite):
    """Adaptive softmax (Grave et al. 2017), tied to the tables and projections of an `AdaptiveEmbedding`.

    The head scores the first band's tokens (with its table, without its projection) and one class per tail band;
    log p(token of a tail) = log p(class) + log p(token in its band).

    Args:
        tails: Integer. Number of bands after the first.
        dropout: Float. Dropout rate on the input states and on their projections in the tails. Defaults to `0.0`.

    Call arguments:
        inputs: States (B, T, D).
        embedding: The built `AdaptiveEmbedding` whose weights it shares.
        mask: Bool (B, T) as Keras hands it on. It goes on to the next layer.

    Returns:
        Log-probabilities (B, T, V), float32. `token_losses` does not compute this matrix.

    Example:
        >>> embedding = AdaptiveEmbedding([(0, 100, 64), (100, 1000, 16)], embed_dim=64)
        >>> states = embedding(tf.constant([[5, 500]]))
        >>> AdaptiveSoftmax(tails=1)(states, embedding=embedding).shape
        TensorShape([1, 2, 1000])
    """

    def __init__(self, tails: int, dropout: float = 0.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.tails, self.dropout = count(self, "tails", tails), rate(self, "dropout", dropout)
        self.classes = dense(self, tails, use_bias=False, name="classes")

    @property
    def parts(self) -> dict[str, str]:
        return {"classes": "classes"}

    def build(self, input_shape) -> None:
        self.classes.build([None, input_shape[-1]])
        super().build(input_shape)

    def _head(self, states: tf.Tensor, embedding: AdaptiveEmbedding) -> tf.Tensor:
        """Scores (N, size of the first band + tails) of states (N, D)."""
        return tf.concat([embedding.bands[0](states, use="scores"), self.classes(states)], -1)

    def _tail(self, index: int, states: tf.Tensor, embedding: AdaptiveEmbedding, training: bool | None) -> tf.Tensor:
        """Scores (N, size) of one tail band. `index` counts from 1."""
        band = embedding.bands[index]
        return band(dropout(band(states, use="narrow"), self.dropout, training), use="scores")

    def compute_output_shape(self, input_shape) -> tf.TensorShape:
        raise NotImplementedError(
            "AdaptiveSoftmax: the shape of the outputs depends on the embedding that a call gets. "
            f"Received: the shape of the inputs only, {input_shape}"
        )

    def call(self, inputs, embedding: AdaptiveEmbedding, training=None, mask=None):
        if len(embedding.edges) != self.tails + 1:
            raise ValueError(
                f"AdaptiveSoftmax: the embedding must have one band more than the {self.tails} tails. "
                f"Received: {len(embedding.edges)} bands"
            )
        batch, length, dim = shape_of(inputs)
        states = dropout(tf.reshape(inputs, [-1, dim]), self.dropout, training)
        head = tf.nn.log_softmax(tf.cast(self._head(states, embedding), tf.float32))
        first = embedding.edges[0][1]
        parts = [head[:, :first]]
        for index in range(1, self.tails + 1):
            within = tf.nn.log_softmax(tf.cast(self._tail(index, states, embedding, training), tf.float32))
            parts.append(within + head[:, first + index - 1, None])
        return with_mask(tf.reshape(tf.concat(parts, -1), [batch, length, embedding.edges[-1][1]]), mask)

    def token_losses(
        self, states: tf.Tensor, labels: tf.Tensor, embedding: AdaptiveEmbedding, training: bool | None = None
    ) -> tf.Tensor:
        """Negative log-likelihood of labels (N,) int32 under states (N, D): (N,) float32.

        Each tail is computed only for its own labels.
        """
        states = dropout(tf.cast(states, self.compute_dtype), self.dropout, training)
        bands, first = embedding.band_of(labels), embedding.edges[0][1]
        in_head = tf.where(bands == 0, labels, first - 1 + bands)
        losses, _ = label_smoothed_cross_entropy(in_head, self._head(states, embedding), 0.0)
        where = tf.dynamic_partition(tf.range(tf.size(labels)), bands, self.tails + 1)
        within = [tf.zeros_like(where[0], tf.float32)]
        rows = tf.dynamic_partition(states, bands, self.tails + 1)
        for index in range(1, self.tails + 1):
            local = tf.gather(labels, where[index]) - embedding.edges[index][0]
            within.append(
                label_smoothed_cross_entropy(local, self._tail(index, rows[index], embedding, training), 0.0)[0]
            )
        return losses + tf.dynamic_stitch(where, within)

    def get_config(self) -> dict:
        return {**super().get_config(), "tails": self.tails, "dropout": self.dropout}
