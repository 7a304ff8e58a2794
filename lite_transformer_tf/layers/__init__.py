"""Keras layers of the Lite Transformer, one per file; each works in any `tf_keras` model."""

from lite_transformer_tf.branches.attention.layer import MultiHeadAttention
from lite_transformer_tf.branches.convolution.dynamic_layer import DynamicConvolution
from lite_transformer_tf.branches.convolution.lightweight_layer import LightweightConvolution
from lite_transformer_tf.layers.adaptive_embedding import AdaptiveEmbedding
from lite_transformer_tf.layers.adaptive_softmax import AdaptiveSoftmax
from lite_transformer_tf.layers.decoder_layer import TransformerDecoderLayer
from lite_transformer_tf.layers.encoder_layer import TransformerEncoderLayer
from lite_transformer_tf.layers.evolved_decoder_layer import EvolvedDecoderLayer
from lite_transformer_tf.layers.evolved_encoder_layer import EvolvedEncoderLayer
from lite_transformer_tf.layers.feed_forward import FeedForward
from lite_transformer_tf.layers.gated_linear_unit import GatedLinearUnit
from lite_transformer_tf.layers.layer_norm import LayerNorm
from lite_transformer_tf.layers.long_short_range_attention import LongShortRangeAttention
from lite_transformer_tf.layers.pre_norm_layer import PreNormLayer
from lite_transformer_tf.layers.residual_norm import ResidualNorm
from lite_transformer_tf.layers.separable_convolution import SeparableConvolution
from lite_transformer_tf.layers.sinusoidal_positions import SinusoidalPositions
from lite_transformer_tf.layers.token_embedding import TokenEmbedding

__all__ = [
    "AdaptiveEmbedding",
    "AdaptiveSoftmax",
    "DynamicConvolution",
    "EvolvedDecoderLayer",
    "EvolvedEncoderLayer",
    "FeedForward",
    "GatedLinearUnit",
    "LayerNorm",
    "LightweightConvolution",
    "LongShortRangeAttention",
    "MultiHeadAttention",
    "PreNormLayer",
    "ResidualNorm",
    "SeparableConvolution",
    "SinusoidalPositions",
    "TokenEmbedding",
    "TransformerDecoderLayer",
    "TransformerEncoderLayer",
]
