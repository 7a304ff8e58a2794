"""Adaptive input: wide rows for frequent tokens, narrow rows and a projection for rare tokens."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense
from lite_transformer_tf.composite.arguments import count, require_ids, row
from lite_transformer_tf.composite.masks import with_mask
from lite_transformer_tf.ops.embedding import embedding_lookup


@keras.utils.register_keras_serializable(PACKAGE)
class ReversibleDense(keras.layers.Dense):
    """A Dense layer without bias that also works in reverse.

    Call arguments:
        inputs: (..., I), or (..., O) with `reverse=True`.
        reverse: Bool. Whether to multiply by the transposed kernel. Defaults to `False`.

    Returns:
        (..., O), or (..., I) with `reverse=True`.
    """

    def build(self, input_shape) -> None:
        super().build(input_shape)
        self.input_spec = None  # Dense would reject (..., O)

    def call(self, inputs, reverse=False):
        if reverse:
            return tf.matmul(inputs, tf.cast(self.kernel, inputs.dtype), transpose_b=True)
        return super().call(inputs)


@keras.utils.register_keras_serializable(PACKAGE)
class EmbeddingBand(Composite):
    """One band of an adaptive embedding: a table with rows of `dim` numbers, and a projection from `dim` to D.

    Args:
        size: Integer. Number of rows of the table.
        dim: Integer. Width of a row.
        embed_dim: Integer. Width D.
        pad_id: Optional integer. Row that starts as zeros. Defaults to `None` (no such row).

    Call arguments:
        inputs: Ids or states, depending on `use`.
        use: `"rows"` maps ids within the band (N,) int32 to embeddings (N, D), `"narrow"` applies the transposed
            projection to states (N, D), `"scores"` multiplies (N, dim) with all rows of the table. Defaults to
            `"rows"`.

    Returns:
        (N, D), (N, dim) or (N, size).
    """

    ranks = {}

    def __init__(self, size: int, dim: int, embed_dim: int, pad_id: int | None = None, **kwargs) -> None:
        super().__init__(**kwargs)
        self.size, self.dim, self.embed_dim, self.pad_id = size, dim, embed_dim, pad_id
        self.projection = dense(self, embed_dim, use_bias=False, name="projection", kind=ReversibleDense)

    @property
    def parts(self) -> dict[str, str]:
        return {"table": "table", "projection": "projection"}

    def build(self, input_shape) -> None:
        self.table = self.add_weight("table", [self.size, self.dim], initializer=self._initial_table)
        self.projection.build([None, self.dim])
        super().build(input_shape)

    def _initial_table(self, shape, dtype=None, **_) -> tf.Tensor:
        rows = keras.initializers.RandomNormal(stddev=self.dim**-0.5)(shape, dtype)
        if self.pad_id is None:
            return rows
        return rows * tf.cast(tf.range(shape[0]) != self.pad_id, rows.dtype)[:, None]

    def compute_output_shape(self, input_shape) -> tf.TensorShape:
        """The shape of the embeddings of ids."""
        return tf.TensorShape([*input_shape, self.embed_dim])

    def call(self, inputs, use="rows"):
        if use == "narrow":
            return self.projection(inputs, reverse=True)
        if use == "scores":
            return tf.matmul(inputs, tf.cast(self.table, inputs.dtype), transpose_b=True)
        return self.projection(embedding_lookup(self.table, inputs))

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "size": self.size,
            "dim": self.dim,
            "embed_dim": self.embed_dim,
            "pad_id": self.pad_id,
        }


@keras.utils.register_keras_serializable(PACKAGE)
class AdaptiveEmbedding(Composite):
    """Adaptive input (Baevski and Auli 2019): each band of the vocabulary has a table of its own width.

    The result is scaled by sqrt(D), like that of `TokenEmbedding`.

    Args:
        bands: Sequence of (begin, end, dim), one per band, as in `LanguageModelConfig.bands`.
        embed_dim: Integer. Width D.
        pad_id: Optional integer. Row that starts as zeros. The layers behind get a mask that hides its ids. Defaults to
            `None` (no such row).

    Call arguments:
        inputs: Ids (B, T) int32, in [0, V).

    Returns:
        (B, T, D).

    Example:
        >>> layer = AdaptiveEmbedding([(0, 100, 64), (100, 1000, 16)], embed_dim=64)
        >>> layer(tf.constant([[5, 500]])).shape
        TensorShape([1, 2, 64])
    """

    ranks = {}

    def __init__(
        self, bands: Sequence[tuple[int, int, int]], embed_dim: int, pad_id: int | None = None, **kwargs
    ) -> None:
        super().__init__(**kwargs)
        self.edges = [(int(begin), int(end), int(dim)) for begin, end, dim in bands]
        begins, ends = [begin for begin, _, _ in self.edges], [end for _, end, _ in self.edges]
        if not self.edges or begins != [0, *ends[:-1]] or any(b >= e or dim < 1 for b, e, dim in self.edges):
            raise ValueError(
                "AdaptiveEmbedding: bands must be (begin, end, dim) with begin < end and dim > 0, the first beginning "
                f"at 0 and each other where the band before ends. Received: {bands!r}"
            )
        self.embed_dim, self.pad_id = count(self, "embed_dim", embed_dim), row(self, "pad_id", pad_id, ends[-1])
        for index, (begin, end, dim) in enumerate(self.edges):
            pad = pad_id - begin if pad_id is not None and begin <= pad_id < end else None
            setattr(
                self,
                f"band_{index}",
                EmbeddingBand(end - begin, dim, embed_dim, pad, name=f"band_{index}", dtype=self.dtype_policy),
            )

    @property
    def parts(self) -> dict[str, str]:
        return {f"band_{index}": f"band_{index}" for index in range(len(self.edges))}

    @property
    def bands(self) -> list[EmbeddingBand]:
        return [getattr(self, f"band_{index}") for index in range(len(self.edges))]

    def band_of(self, ids: tf.Tensor) -> tf.Tensor:
        """Index of the band of each id: (N,) int32 -> (N,) int32."""
        return tf.add_n([tf.cast(ids >= begin, tf.int32) for begin, _, _ in self.edges[1:]])

    def create_weights(self) -> None:
        for band in self.bands:
            if not band.built:
                with tf.name_scope(band.name):
                    band.build([None])

    def compute_output_shape(self, input_shape) -> tf.TensorShape:
        return tf.TensorShape([*input_shape, self.embed_dim])

    def compute_mask(self, inputs, mask=None):
        """Where ids differ from `pad_id`."""
        return None if self.pad_id is None else tf.not_equal(inputs, self.pad_id)

    def call(self, inputs, mask=None):
        require_ids(self, inputs)
        flat = tf.reshape(inputs, [-1])
        where = tf.dynamic_partition(tf.range(tf.size(flat)), self.band_of(flat), len(self.edges))
        rows = [
            band(tf.gather(flat, places) - begin)
            for band, places, (begin, _, _) in zip(self.bands, where, self.edges, strict=True)
        ]
        states = tf.ensure_shape(tf.dynamic_stitch(where, rows), [None, self.embed_dim])
        states = tf.reshape(states, [*tf.unstack(tf.shape(inputs)), self.embed_dim])
        states.set_shape([*inputs.shape, self.embed_dim])
        return with_mask(states * tf.cast(self.embed_dim**0.5, states.dtype), self.compute_mask(inputs))

    def get_config(self) -> dict:
        return {**super().get_config(), "bands": self.edges, "embed_dim": self.embed_dim, "pad_id": self.pad_id}
