"""The encoder-decoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.layers import SinusoidalPositions, TokenEmbedding
from lite_transformer_tf.models.inputs import named_ids
from lite_transformer_tf.models.keras_files import KerasFiles
from lite_transformer_tf.models.ready import from_preset
from lite_transformer_tf.models.stacks import Decoder, Encoder
from lite_transformer_tf.ops.dropout import dropout

INPUTS = ("source_ids", "target_ids")


@keras.utils.register_keras_serializable(PACKAGE)
class LiteTransformer(KerasFiles):
    """Encoder-decoder of LSRA layers (paper, section 4). A plain Transformer is the same model with another config.

    Args:
        config: A `LiteTransformerConfig`.

    Call arguments:
        inputs: Dict with `source_ids` (B, S), source tokens followed by `eos`, and `target_ids` (B, T), `eos` followed
            by target tokens; or the pair of the two. Integers, padded with `config.pad_id`.

    Returns:
        Logits (B, T, V), float32. Their Keras mask (B, T) is true where `target_ids` are no pads, so that losses and
        metrics of Keras leave out the pads.

    Example:
        >>> model = LiteTransformer.from_preset("iwslt_160", source_vocabulary_size=4000, target_vocabulary_size=4000)
        >>> model.compile(optimizer=FusedAdamW(1e-3), loss=LabelSmoothedCrossEntropy(0.1, pad_id=1))
        >>> model.fit(dataset)
    """

    config: LiteTransformerConfig
    config_class = LiteTransformerConfig

    def __init__(self, config: LiteTransformerConfig, **kwargs) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.config = config
        tables: dict[str, TokenEmbedding] = {}
        sizes = (config.source_vocabulary_size, config.target_vocabulary_size, config.target_vocabulary_size)
        for path, size in zip(config.embedding_names, sizes, strict=True):
            name = path.split("/")[0]
            if name not in tables:
                tables[name] = TokenEmbedding(size, config.embed_dim, config.pad_id, name=name, dtype=self.dtype_policy)
        source, target, output = (tables[path.split("/")[0]] for path in config.embedding_names)
        self.source_embedding, self.target_embedding, self.output_embedding = source, target, output
        self.positions = SinusoidalPositions(config.embed_dim, name="positions", dtype=self.dtype_policy)
        self.encoder = Encoder(config, name="encoder", dtype=self.dtype_policy)
        self.decoder = Decoder(config, name="decoder", dtype=self.dtype_policy)

    @classmethod
    def from_preset(cls, name: str, **changes: Any) -> LiteTransformer:
        """A new model with a preset's configuration and initialized weights, or a pretrained model with its weights.

        Args:
            name: One of `lite_transformer_tf.preset_names()`; or the name of a pretrained model, see
                `lite_transformer_tf.pretrained()`, or the path of a bundle. A preset comes first.
            **changes: Settings that replace the preset's. Of a pretrained model only rates of dropout can change.

        Raises:
            ValueError: There is no such preset and no such model, or it is of another kind.

        Example:
            >>> model = LiteTransformer.from_preset("everyday-en-fr", dropout=0.1)
        """
        return from_preset(cls, LiteTransformerConfig, name, changes)

    def initialize(self) -> None:
        """Creates the weights."""
        if not self.built:
            ids = tf.fill([1, 1], self.config.eos_id)
            self({"source_ids": ids, "target_ids": ids})
            self.built = True

    @property
    def output_size(self) -> int:
        return self.config.target_vocabulary_size

    def call(self, inputs: Mapping[str, tf.Tensor] | Sequence[tf.Tensor], training: bool | None = None) -> tf.Tensor:
        source_ids, target_ids = named_ids(inputs, INPUTS)
        memory, mask = self.encode(source_ids, training=training)
        states = self.decode(target_ids, memory, mask, training=training)
        return tf.cast(self.output_embedding(states, reverse=True), tf.float32)

    def compute_mask(self, inputs: Any, mask: Any = None) -> tf.Tensor:
        """Which positions (B, T) of the predictions are no pads."""
        return named_ids(inputs, INPUTS)[1] != self.config.pad_id

    def encode(
        self, source_ids: tf.Tensor, return_states: bool = False, training: bool | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Encodes (B, S) int32 ids.

        Returns:
            The output (B, S, D), or the list of all layers' outputs with `return_states`, and the mask (B, S) of real
            positions.
        """
        source_ids = tf.convert_to_tensor(source_ids)
        mask = source_ids != self.config.pad_id
        states = self._embed(self.source_embedding, source_ids, mask, training)
        return self.encoder(states, padding_mask=mask, return_states=return_states, training=training), mask

    def decode(
        self,
        target_ids: tf.Tensor,
        memory: tf.Tensor,
        memory_mask: tf.Tensor,
        return_states: bool = False,
        training: bool | None = None,
    ) -> tf.Tensor:
        """Decodes (B, T) int32 ids, all positions at once.

        Returns:
            States (B, T, D), or the list of all layers' states with `return_states`.
        """
        target_ids = tf.convert_to_tensor(target_ids)
        states = self._embed(self.target_embedding, target_ids, target_ids != self.config.pad_id, training)
        return self.decoder(
            states, memory=memory, memory_mask=memory_mask, return_states=return_states, training=training
        )

    def initial_cache(self, memory: tf.Tensor) -> tuple:
        """The decoder's cache before the first step, for an encoder's output (B, S, D)."""
        return self.decoder.initial_cache(memory)

    def decode_step(
        self, tokens: tf.Tensor, position: tf.Tensor, memory_mask: tf.Tensor, cache: tuple
    ) -> tuple[tf.Tensor, tuple]:
        """One step with tokens (B,) int32 at `position` (scalar, from 0).

        Returns:
            Logits (B, V) float32 and the new cache.
        """
        real = tf.ones([tf.shape(tokens)[0], 1], tf.bool)
        tokens = tf.convert_to_tensor(tokens)
        states = self.target_embedding(tokens[:, None]) + self.positions(real, start=position)
        states, cache = self.decoder(states, memory_mask=memory_mask, cache=cache)
        return tf.cast(self.output_embedding(states[:, 0], reverse=True), tf.float32), cache

    def _embed(self, embedding: TokenEmbedding, ids: tf.Tensor, mask: tf.Tensor, training: bool | None) -> tf.Tensor:
        return dropout(embedding(ids) + self.positions(mask), self.config.dropout, training)

    @property
    def weight_parts(self) -> dict[str, keras.layers.Layer]:
        names = (path.split("/")[0] for path in self.config.embedding_names)
        tables = dict(zip(names, (self.source_embedding, self.target_embedding, self.output_embedding), strict=True))
        return {**tables, "encoder": self.encoder, "decoder": self.decoder}
