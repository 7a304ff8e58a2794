"""From the arguments that a checkpoint was trained with to a configuration, or to one sentence on what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lite_transformer_tf.branches import BranchConfig, branch_kinds
from lite_transformer_tf.cells import LayerConfig
from lite_transformer_tf.config import LanguageModelConfig, LiteTransformerConfig, ModelConfig
from lite_transformer_tf.fairseq.errors import CheckpointError, shown

LANGUAGE_MODEL = "language_modeling"
MOST_LAYERS = 1000
KERNELS = [3, 7, 15, 31, 31, 31]
FIXED: dict[str, tuple[Any, ...]] = {
    "activation_fn": ("relu",),
    "weight_softmax": (True,),
    "conv_linear": (True,),
    "encoder_normalize_before": (False,),
    "encoder_learned_pos": (False,),
    "decoder_learned_pos": (False,),
    "no_token_positional_embeddings": (False,),
    "character_embeddings": (False,),
    "add_bos_token": (False,),
    "project_embed": (None,),
    "left_pad_target": (False, "False"),
}
"""Arguments that have one meaning here. An argument that a checkpoint does not have has its default."""
DEFAULTS = {"conv_linear": False}
"""Defaults that are not the only supported value."""


class Arguments:
    """The arguments of a checkpoint, each read with its type.

    Args:
        values: Plain values by name.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def given(self, name: str) -> bool:
        """Whether an argument is there and is not `None`."""
        return self._values.get(name) is not None

    def whole(self, name: str, default: int | None = None) -> int:
        """A positive whole number."""
        value = self._values.get(name, default)
        if type(value) is not int or not 0 < value < 2**31:
            raise CheckpointError(f"The argument {name} must be a positive whole number. Received: {shown(value)}")
        return value

    def rate(self, name: str, default: float) -> float:
        """A rate of dropout."""
        value = self._values.get(name, default)
        value = default if value is None else value
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
            raise CheckpointError(f"The argument {name} must be in [0, 1). Received: {shown(value)}")
        return float(value)

    def number(self, name: str, default: float) -> float:
        """A number of at least 1."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < 2**31:
            raise CheckpointError(f"The argument {name} must be a number of at least 1. Received: {shown(value)}")
        return float(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A switch."""
        value = self._values.get(name, default)
        if value not in (0, 1, None) or isinstance(value, float):
            raise CheckpointError(f"The argument {name} must be true or false. Received: {shown(value)}")
        return bool(value)

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        value = self._values.get(name, default)
        if not isinstance(value, str):
            raise CheckpointError(f"The argument {name} must be a text. Received: {shown(value)}")
        return value

    def entries(self, name: str, kind: type, default: Sequence[Any]) -> list[Any]:
        """A list."""
        value = self._values.get(name, default)
        if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST_LAYERS:
            raise CheckpointError(f"The argument {name} must be a list. Received: {shown(value)}")
        if any(type(entry) is not kind for entry in value):
            raise CheckpointError(f"The argument {name} must be a list of {kind.__name__}. Received: {shown(value)}")
        return list(value)

    def require(self, name: str, *allowed: Any) -> None:
        """Raises `CheckpointError` unless an argument has one of these values, or is not given."""
        value = self._values.get(name, DEFAULTS.get(name, allowed[0]))
        plain = value is None or isinstance(value, bool | int | float | str)
        if not plain or value not in allowed:
            what = " or ".join(map(shown, allowed))
            raise CheckpointError(f"This library supports models with {name}: {what}. Received: {shown(value)}")


def is_language_model(values: Mapping[str, Any]) -> bool:
    """Whether the arguments are those of a language model."""
    arguments = Arguments(values)
    return arguments.text("task", "translation") == LANGUAGE_MODEL or "_lm" in arguments.text("arch")


def _branches(arguments: Arguments, side: str, dim: int, heads: int, kernel: int) -> tuple[BranchConfig, ...]:
    """The branches of one layer."""
    name = f"{side}_branch_type"
    if not arguments.given(name):
        return (_made("attention", dim, heads),)
    arguments.require("conv_linear", *FIXED["conv_linear"])
    return tuple(_branch(arguments, side, text, kernel) for text in arguments.entries(name, str, ()))


def _made(kind: str, *values: Any) -> BranchConfig:
    return branch_kinds()[kind].of_settings(values, {})


def _branch(arguments: Arguments, side: str, text: str, kernel: int) -> BranchConfig:
    """A branch of a text such as "dynamic:default:16:4": kind, kernel size, channels and heads."""
    kind, *numbers = text.split(":")
    valid = len(numbers) == 3 and numbers[0].replace("default", "1").isdecimal() and "".join(numbers[1:]).isdecimal()
    if not valid or max(map(len, numbers)) > 9 or not all(numbers):
        rule = f"A branch of {side}_branch_type must be KIND:KERNEL:CHANNELS:HEADS"
        raise CheckpointError(f"{rule}. Received: {shown(text)}")
    channels, heads = int(numbers[1]), int(numbers[2])
    if kind == "attn":
        return _made("attention", channels, heads)
    if kind not in ("lightweight", "dynamic"):
        rule = "The kind of a branch must be attn, lightweight or dynamic"
        raise CheckpointError(f"{rule}. Received: {shown(kind)} in {side}_branch_type")
    size = kernel if numbers[0] == "default" else int(numbers[0])
    if side == "encoder" and size % 2 == 0:
        raise CheckpointError(f"The kernels of an encoder must have an odd size. Received: {size}")
    glu = kind == "dynamic" and arguments.flag(f"{side}_glu", True)  # their lightweight convolution has no gate
    return _made(kind, channels, heads, size, glu)


def _stack(arguments: Arguments, side: str, dim: int, cross: bool) -> tuple[LayerConfig, ...]:
    """The layers of an encoder or a decoder."""
    count = arguments.whole(f"{side}_layers", 6)
    if count > MOST_LAYERS:
        raise CheckpointError(f"A model must have at most {MOST_LAYERS} layers. Received: {count}")
    kernels = arguments.entries(f"{side}_kernel_size_list", int, KERNELS)
    kernels = kernels * count if len(kernels) == 1 else kernels[:count]
    if arguments.given(f"{side}_branch_type") and len(kernels) != count:
        raise CheckpointError(f"{side}_kernel_size_list must have {count} numbers. Received: {len(kernels)}")
    kernels += [1] * (count - len(kernels))
    heads = arguments.whole(f"{side}_attention_heads", 8)
    hidden = arguments.whole(f"{side}_ffn_embed_dim", 2048)
    return tuple(
        LayerConfig(_branches(arguments, side, dim, heads, kernel), hidden, heads if cross else None)
        for kernel in kernels
    )


def _rates(arguments: Arguments) -> dict[str, Any]:
    attention = arguments.rate("attention_dropout", 0.0)
    return {
        "dropout": arguments.rate("dropout", 0.1),
        "attention_dropout": attention,
        "weight_dropout": arguments.rate("weight_dropout", attention),
        "activation_dropout": arguments.rate("activation_dropout", 0.0) or arguments.rate("relu_dropout", 0.0),
    }


def read_config(values: Mapping[str, Any], sizes: tuple[int, int], pads_leak: bool = False) -> ModelConfig:
    """The configuration of a model.

    Args:
        values: Arguments of the training by name, as the checkpoint has them.
        sizes: Number of entries of the source's and of the target's dictionary.
        pads_leak: See `LiteTransformerConfig`. A language model has no pads to leak.

    Raises:
        CheckpointError: An argument has a value that this library does not support, or a wrong one.
    """
    arguments = Arguments(values)
    for name, allowed in FIXED.items():
        if name not in DEFAULTS:
            arguments.require(name, *allowed)
    try:
        if is_language_model(values):
            return _language_model(arguments, sizes[0])
        return _encoder_decoder(arguments, sizes, pads_leak)
    except CheckpointError:
        raise
    except ValueError as error:
        raise CheckpointError(f"The arguments of the checkpoint contradict each other: {error}") from error


def _encoder_decoder(arguments: Arguments, sizes: tuple[int, int], pads_leak: bool) -> LiteTransformerConfig:
    arguments.require("task", "translation")
    arguments.require("decoder_normalize_before", False)
    arguments.require("adaptive_softmax_cutoff", None)
    arguments.require("adaptive_input", False)
    arguments.require("left_pad_source", True, "True")
    dim = arguments.whole("encoder_embed_dim", 512)
    arguments.require("decoder_embed_dim", dim)
    arguments.require("decoder_input_dim", dim)
    sharing = "all" if arguments.flag("share_all_embeddings") else "none"
    if sharing == "none" and arguments.flag("share_decoder_input_output_embed"):
        sharing = "target"
    return LiteTransformerConfig(
        embed_dim=dim,
        source_vocabulary_size=sizes[0],
        target_vocabulary_size=sizes[1],
        encoder=_stack(arguments, "encoder", dim, cross=False),
        decoder=_stack(arguments, "decoder", dim, cross=True),
        embedding_sharing=sharing,  # type: ignore[arg-type]
        pads_leak=pads_leak,
        **_rates(arguments),
    )


def _cutoffs(arguments: Arguments) -> tuple[int, ...]:
    """The cutoffs of the adaptive input, which must be those of the softmax."""
    texts = [arguments.text(f"adaptive_{part}_cutoff", "20000,60000") for part in ("input", "softmax")]
    numbers = [number.strip() for number in texts[0].strip("[]() ").split(",") if number.strip()]
    if (
        texts[0] != texts[1]
        or len(numbers) > 16
        or not all(number.isdecimal() and len(number) < 10 for number in numbers)
    ):
        rule = "adaptive_input_cutoff and adaptive_softmax_cutoff must be equal lists of numbers"
        raise CheckpointError(f"{rule}. Received: {shown(texts)}")
    return tuple(map(int, numbers))


def _language_model(arguments: Arguments, size: int) -> LanguageModelConfig:
    arguments.require("decoder_normalize_before", True)
    arguments.require("no_decoder_final_norm", True)
    dim = arguments.whole("decoder_embed_dim", 512)
    arguments.require("decoder_input_dim", dim)
    arguments.require("decoder_output_dim", dim)
    adaptive: dict[str, Any] = {}
    if arguments.flag("adaptive_input"):
        arguments.require("tie_adaptive_weights", True)
        arguments.require("tie_adaptive_proj", True)
        factor = arguments.number("adaptive_input_factor", 4)
        arguments.require("adaptive_softmax_factor", factor)
        adaptive = {"cutoffs": _cutoffs(arguments), "adaptive_factor": factor}
        adaptive["adaptive_dropout"] = arguments.rate("adaptive_softmax_dropout", 0.0)
    else:
        arguments.require("adaptive_softmax_cutoff", None)
        arguments.require("share_decoder_input_output_embed", True)
    stack = _stack(arguments, "decoder", dim, cross=False)
    return LanguageModelConfig(embed_dim=dim, vocabulary_size=size, decoder=stack, **adaptive, **_rates(arguments))
