"""The table of widths in which a compiled file can store its weights. A new width is one entry here.

Most widths only change the weights of FULLY_CONNECTED and EMBEDDING_LOOKUP; everything else stays float32. Weights
rounded by quantization-aware training keep their values exactly, also where some matrices have a wider grid than
others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import unpack
from lite_transformer_tf.litert.quantize.finishing import finish
from lite_transformer_tf.litert.quantize.halves import store_halves
from lite_transformer_tf.litert.quantize.integer import to_integer
from lite_transformer_tf.litert.quantize.ranges import Ranges
from lite_transformer_tf.litert.quantize.rows import store_integers

Make = Callable[[schema.ModelT, "Width", Ranges], None]


@dataclass(frozen=True)
class Width:
    """How a file stores its weights, and the arithmetic that it uses.

    Args:
        name: Name of the variant.
        bits: Number of bits of a weight.
        levels: Largest integer of the grid from -levels to levels. `None` for floats.
        stored: Type of the weights in the file. For integers, a name in `matrices.INTEGER_STORAGE`.
        runtime: First TensorFlow Lite release that runs such a file.
        weights, activations: Descriptions for the manifest and the model card.
        make: Converts a float32 model to this width, in place.
        needs_calibration: Whether `make` needs the ranges of all tensors, see `calibration.observe`.
        rounds_activations: Whether the runtime rounds activations at each call. If so, an export also compares the
            file with a copy whose weights are dequantized.
    """

    name: str
    bits: int
    levels: int | None
    stored: str
    runtime: str
    weights: str
    activations: str
    make: Make
    needs_calibration: bool = False
    rounds_activations: bool = False

    @property
    def description(self) -> dict[str, str]:
        """The field `quantization` of the manifest."""
        return {"weights": self.weights, "activations": self.activations}


def keep_floats(model: schema.ModelT, width: Width, ranges: Ranges) -> None:
    """Leaves the weights unchanged."""


def make_halves(model: schema.ModelT, width: Width, ranges: Ranges) -> None:
    """Stores float16 weights, see `halves`."""
    store_halves(model)


def make_rows(model: schema.ModelT, width: Width, ranges: Ranges) -> None:
    """Stores integers with one step per row, see `rows`."""
    grids = {entry.levels: entry.stored for entry in (*WIDTHS.values(), width) if entry.levels is not None}
    assert width.levels is not None
    store_integers(model, width.levels, grids)


def make_integer(model: schema.ModelT, width: Width, ranges: Ranges) -> None:
    """Converts to integer arithmetic, see `integer`."""
    to_integer(model, ranges)


_WHERE = "symmetric, one scale for each row, in FULLY_CONNECTED and EMBEDDING_LOOKUP"
_AT_EACH_CALL = "float32; quantised to int8 for each call inside FULLY_CONNECTED"
_ALL = (
    Width("float32", 32, None, "float32", "2.3.0", "float32", "float32", keep_floats),
    Width(
        "float16",
        bits=16,
        levels=None,
        stored="float16",
        runtime="2.3.0",
        weights="float16 in FULLY_CONNECTED and EMBEDDING_LOOKUP, dequantized once when the file is opened; "
        "other constants float32",
        activations="float32",
        make=make_halves,
    ),
    Width(
        "int8",
        bits=8,
        levels=127,
        stored="int8",
        runtime="2.18.0",
        weights=f"int8, {_WHERE}; other constants float32",
        activations=_AT_EACH_CALL,
        make=make_rows,
        rounds_activations=True,
    ),
    Width(
        "int4",
        bits=4,
        levels=7,
        stored="int4",
        runtime="2.18.0",
        weights=f"int4, int8 where it was trained so, {_WHERE}; other constants float32",
        activations=_AT_EACH_CALL,
        make=make_rows,
        rounds_activations=True,
    ),
    Width(
        "int16x8",
        bits=8,
        levels=127,
        stored="int8",
        runtime="2.18.0",
        weights=f"int8, {_WHERE}; other constants int16",
        activations="int16, symmetric, fixed scales from a calibration; inputs, outputs, embedded tokens and all "
        "behind the logits float32",
        make=make_integer,
        needs_calibration=True,
    ),
)
WIDTHS = {width.name: width for width in _ALL}
"""All widths by name, for command lines, exports, compression, manifests and model cards."""


def width_of(variant: str) -> Width:
    """The width of a variant.

    Raises:
        ValueError: The variant is unknown.
    """
    if variant not in WIDTHS:
        raise ValueError(f"variant must be one of {list(WIDTHS)}. Received: {variant!r}")
    return WIDTHS[variant]


def make_variant(content: bytes, variant: str, ranges: Ranges | None = None) -> bytes:
    """Converts a float32 file of `compile_model` to another width.

    Args:
        content: Float32 file.
        variant: Name in `WIDTHS`.
        ranges: Ranges of its tensors, for a width that needs a calibration.

    Returns:
        The finished file, without names of inner tensors.

    Raises:
        ValueError: The variant is unknown, or the ranges are missing.
    """
    width = width_of(variant)
    if width.needs_calibration and not ranges:
        raise ValueError(f"An {width.name} file needs a calibration: give its ranges. Received: {ranges!r}")
    model = unpack(content)
    width.make(model, width, ranges or {})
    return finish(model)
