"""The decoder-only language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.layers import AdaptiveEmbedding, AdaptiveSoftmax, TokenEmbedding
from lite_transformer_tf.layers.sinusoidal_positions import FIRST_ROW, sinusoids
from lite_transformer_tf.models.inputs import named_ids
from lite_transformer_tf.models.keras_files import KerasFiles
from lite_transformer_tf.models.ready import from_preset
from lite_transformer_tf.models.stacks import CausalStack
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.ops.cross_entropy import label_smoothed_cross_entropy
from lite_transformer_tf.ops.dropout import dropout

INPUTS = ("ids",)
PREFILL = 256  # tokens of a prompt per pass through the layers


@keras.utils.register_keras_serializable(PACKAGE)
class LanguageModel(KerasFiles):
    """Predicts each token from those before it with causal LSRA layers (paper, section 5.3).

    Embeddings are tied, plain or adaptive.

    Args:
        config: A `LanguageModelConfig`.

    Call arguments:
        inputs: Dict with `ids` (B, T), or the ids themselves: `eos`, then the tokens of a text, as integers. Pads may
            follow on the right; no real position sees them.

    Returns:
        (B, T, V) float32: logits, or log-probabilities with an adaptive softmax. With an adaptive softmax,
        `token_losses` and training without metrics of Keras never create this tensor. Its Keras mask (B, T) is true
        where `ids` are no pads, so that losses and metrics of Keras leave out the pads.

    Raises:
        ValueError: An id is not in [0, V). Inside a graph: `tf.errors.InvalidArgumentError`.

    Example:
        >>> config = LanguageModelConfig.lite(embed_dim=256, kernel_sizes=[7, 15, 31], vocabulary_size=8000)
        >>> model = LanguageModel(config)
        >>> model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=LabelSmoothedCrossEntropy(0.0, pad_id=1))
        >>> model.fit(ShuffledBlocks(stream, batch_size=16, block=128).dataset(epoch=0))
    """

    config: LanguageModelConfig
    config_class = LanguageModelConfig

    def __init__(self, config: LanguageModelConfig, **kwargs) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.config = config
        policy = self.dtype_policy
        self.embedding: AdaptiveEmbedding | TokenEmbedding
        self.softmax: AdaptiveSoftmax | None = None
        if config.adaptive:
            bands = [(band.begin, band.end, band.dim) for band in config.bands]
            self.embedding = AdaptiveEmbedding(bands, config.embed_dim, config.pad_id, name="embedding", dtype=policy)
            self.softmax = AdaptiveSoftmax(
                len(bands) - 1, config.adaptive_dropout, name="adaptive_softmax", dtype=policy
            )
        else:
            self.embedding = TokenEmbedding(
                config.vocabulary_size, config.embed_dim, config.pad_id, name="embedding", dtype=policy
            )
        self.decoder = CausalStack(config, name="decoder", dtype=policy)

    @classmethod
    def from_preset(cls, name: str, **changes: Any) -> LanguageModel:
        """A new model with a preset's configuration and initialized weights, or a pretrained model with its weights.

        Args:
            name: One of `lite_transformer_tf.preset_names()`; or the name of a pretrained model, see
                `lite_transformer_tf.pretrained()`, or the path of a bundle. A preset comes first.
            **changes: Settings that replace the preset's. Of a pretrained model only rates of dropout can change.

        Raises:
            ValueError: There is no such preset and no such model, or it is of another kind.

        Example:
            >>> model = LanguageModel.from_preset("next-words-en", dropout=0.1)
        """
        return from_preset(cls, LanguageModelConfig, name, changes)

    def initialize(self) -> None:
        """Creates the weights."""
        if not self.built:
            self({"ids": tf.fill([1, 1], self.config.eos_id)})
            self.built = True

    @property
    def weight_parts(self) -> dict[str, keras.layers.Layer]:
        softmax = {} if self.softmax is None else {"adaptive_softmax": self.softmax}
        return {"embedding": self.embedding, **softmax, "decoder": self.decoder}

    @property
    def output_size(self) -> int:
        return self.config.vocabulary_size

    def check_compile(self, jit_compile: bool) -> None:
        if jit_compile and self.softmax is not None:
            raise ValueError(
                "compile: jit_compile needs shapes that do not depend on the tokens, so a plain softmax. "
                f"Received: jit_compile=True and the cutoffs {self.config.cutoffs}"
            )

    def call(
        self, inputs: Mapping[str, tf.Tensor] | Sequence[tf.Tensor] | tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        (ids,) = named_ids(inputs, INPUTS)
        return self._predictions(self.features(ids, training=training), training)

    def compute_mask(self, inputs: Any, mask: Any = None) -> tf.Tensor:
        """Which positions (B, T) of the predictions are no pads."""
        return named_ids(inputs, INPUTS)[0] != self.config.pad_id

    def features(
        self, ids: tf.Tensor, return_states: bool = False, training: bool | None = None
    ) -> tf.Tensor | list[tf.Tensor]:
        """The last layer's output (B, T, D) for ids (B, T) int32.

        With `return_states`: the list of the outputs of the embedding and of all layers.
        """
        states = self._embed(ids, 0, training)
        outputs = self.decoder(states, return_states=return_states, training=training)
        return [states, *outputs] if return_states else outputs

    def _predictions(self, states: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Logits or log-probabilities (B, T, V) of states (B, T, D)."""
        if self.softmax is not None:
            return self.softmax(states, embedding=self.embedding, training=training)
        return tf.cast(self.embedding(states, reverse=True), tf.float32)

    def _check(self, ids: tf.Tensor, what: str) -> tf.Tensor:
        """`ids` as a tensor. An id outside the vocabulary raises an error, in a graph when the graph runs."""
        size = self.config.vocabulary_size
        ids = tf.convert_to_tensor(ids)
        cutoffs = f" with the cutoffs {self.config.cutoffs}" if self.config.cutoffs else ""
        rule = f"{what} must lie in [0, {size}), the vocabulary{cutoffs}."
        good = tf.reduce_all((ids >= 0) & (ids < size))
        if tf.executing_eagerly():
            if not good:
                raise ValueError(
                    f"{rule} Received: {sorted({i for i in ids.numpy().ravel().tolist() if not 0 <= i < size})[:5]!r}"
                )
            return ids
        with tf.control_dependencies(
            [tf.debugging.Assert(good, [f"{rule} Received:", tf.reduce_min(ids), "to", tf.reduce_max(ids)])]
        ):
            return tf.identity(ids)

    def _embed(self, ids: tf.Tensor, start: tf.Tensor | int, training: bool | None = None) -> tf.Tensor:
        """Embeddings (B, T, D) of ids that start at position `start`."""
        states = self.embedding(self._check(ids, "A language model's ids"))
        rows = tf.cast(tf.range(tf.shape(states)[1]) + (FIRST_ROW + start), tf.float32)
        return dropout(
            states + tf.cast(sinusoids(rows, self.config.embed_dim), states.dtype), self.config.dropout, training
        )

    def token_predictions(
        self, inputs: Any, labels: tf.Tensor, training: bool = False, needed: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor | None]:
        """Training loss and negative log-likelihood of each label (B, T), both float32, and the predictions or None.

        Logits are computed only for labels that are not pads; an adaptive softmax computes only a label's band. All
        predictions (B, T, V) are computed when they are `needed`, and under XLA, whose shapes may not depend on pads.
        """
        labels = self._check(labels, "A language model's labels")
        if self.jit_compile:
            return super().token_predictions(inputs, labels, training)
        (ids,) = named_ids(inputs, INPUTS)
        states = self.features(ids, training=training)
        loss = self._token_loss
        where = tf.where(labels != self.config.pad_id if loss is None else loss.token_mask(labels))
        chosen, targets = tf.gather_nd(states, where), tf.gather_nd(labels, where)
        teacher = self._teacher if training else None
        if self.softmax is None:
            logits = self.embedding(chosen, reverse=True)
            if loss is None:
                losses, nlls = label_smoothed_cross_entropy(targets, logits, 0.0)
            else:
                losses, nlls = loss.token_losses(targets, logits)
            if teacher is not None:
                losses = teacher.mix(losses, logits, self._teacher_logits(teacher, ids, where))
        else:
            self._check_adaptive(loss, teacher)
            losses = self.softmax.token_losses(chosen, targets, self.embedding, training)
            nlls = tf.stop_gradient(losses)
        shape = tf.shape(labels, tf.int64)
        predictions = None
        if needed:
            predictions = self._predictions(states, training)
            predictions._keras_mask = ids != self.config.pad_id
        return tf.scatter_nd(where, losses, shape), tf.scatter_nd(where, nlls, shape), predictions

    def _teacher_logits(self, teacher: Teacher, ids: tf.Tensor, where: tf.Tensor) -> tf.Tensor:
        """The teacher's logits (N, V) at N places of ids (B, T)."""
        if teacher.model.softmax is not None:
            self._check_adaptive(None, teacher)
        seen = tf.gather_nd(teacher.model.features(ids, training=False), where)
        return teacher.model.embedding(seen, reverse=True)

    @staticmethod
    def _check_adaptive(loss: Any, teacher: Teacher | None) -> None:
        """Raises ValueError for what needs all logits, which an adaptive softmax never computes."""
        if teacher is not None:
            raise ValueError(
                "A student and its teacher must have a plain softmax, because an adaptive softmax never computes all "
                f"logits. Received: {teacher!r}"
            )
        smoothing = 0.0 if loss is None else getattr(loss, "smoothing", None)
        if smoothing is None:
            raise ValueError(f"An adaptive softmax is trained with LabelSmoothedCrossEntropy(0.0). Received: {loss!r}")
        if smoothing:
            raise ValueError(f"label_smoothing must be 0 with an adaptive softmax. Received: {smoothing}")

    def initial_cache(self, batch_size: tf.Tensor | int) -> tuple:
        """The cache before the first token. The model must be built."""
        return self.decoder.initial_cache(batch_size)

    def extend(self, ids: tf.Tensor, position: tf.Tensor | int, cache: tuple) -> tuple[tf.Tensor, tuple]:
        """Reads ids (B, T) int32 that start at `position` (scalar, from 0).

        Returns:
            Logits (B, V) float32 of the next token, and the new cache.
        """
        states, cache = self.decoder(self._embed(ids, position), cache=cache)
        return self._predictions(states[:, -1:])[:, 0], cache

    def decode_step(self, tokens: tf.Tensor, position: tf.Tensor | int, cache: tuple) -> tuple[tf.Tensor, tuple]:
        """One step: tokens (B,) int32 at `position`. Returns logits (B, V) float32 and the new cache."""
        return self.extend(tf.convert_to_tensor(tokens)[:, None], position, cache)

    def prefill(self, ids: tf.Tensor) -> tuple[tf.Tensor, tuple]:
        """Reads the beginning of a text, (B, T) int32 with T > 0.

        The text is read in pieces, because the cost of a convolution grows with the square of the length.

        Returns:
            Logits (B, V) float32 of the next token, and the cache.
        """
        self.initialize()
        cache = self.initial_cache(tf.shape(ids)[0])
        logits = None
        for begin in range(0, ids.shape[1], PREFILL):
            logits, cache = self.extend(ids[:, begin : begin + PREFILL], begin, cache)
        if logits is None:
            raise ValueError("prefill: ids must have at least one token. Received: none")
        return logits, cache
