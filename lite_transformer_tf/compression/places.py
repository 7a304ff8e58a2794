"""Where the layers that own weights stand in a model, and how another layer takes their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import Composite, named_variables
from lite_transformer_tf.layers import TokenEmbedding
from lite_transformer_tf.layers.adaptive_embedding import EmbeddingBand

_TABLE_OWNERS = (TokenEmbedding, EmbeddingBand)


class WeightWrapper:
    """What the wrappers of this package have in common: a `layer`, and compressed forms of its weight matrix."""

    layer: keras.layers.Layer

    def masked(self) -> tf.Tensor:
        """The weight matrix with the mask's zeros, float32."""
        raise NotImplementedError

    def baked(self) -> tf.Tensor:
        """The weight matrix with the mask's zeros and rounded, float32."""
        raise NotImplementedError


@dataclass(frozen=True)
class Place:
    """One layer that owns a weight matrix.

    Args:
        name: path of the layer, such as `decoder/layer_0/lsra/attention/query`: a weight's stable name without its last
            part.
        owner: the layer or model that holds it.
        held: what the owner holds: the layer itself, or its wrapper.
        layer: the layer itself.
        weight: attribute of the matrix, `"kernel"` (in, out) or `"table"` (rows, dim).
    """

    name: str
    owner: keras.layers.Layer
    held: keras.layers.Layer
    layer: keras.layers.Layer
    weight: str

    @property
    def is_table(self) -> bool:
        return self.weight == "table"

    @property
    def weight_name(self) -> str:
        return f"{self.name}/{self.weight}"

    @property
    def variable(self) -> tf.Variable:
        return getattr(self.layer, self.weight)

    @property
    def size(self) -> int:
        return int(self.variable.shape.num_elements())

    @property
    def wrapped(self) -> bool:
        return isinstance(self.held, WeightWrapper)

    def masked(self) -> np.ndarray:
        """The matrix, float32; of a wrapped layer with the zeros of its mask."""
        return (self.held.masked() if self.wrapped else float32(self.variable)).numpy()

    def baked(self) -> np.ndarray:
        """The matrix, float32; of a wrapped layer with the zeros of its mask and rounded."""
        return (self.held.baked() if self.wrapped else float32(self.variable)).numpy()


def float32(variable: tf.Variable) -> tf.Tensor:
    """The variable itself where a precision policy would hand out a rounded one."""
    return tf.convert_to_tensor(getattr(variable, "_variable", variable))


def unwrapped(layer: keras.layers.Layer) -> keras.layers.Layer:
    return layer.layer if isinstance(layer, WeightWrapper) else layer


def find_places(model: keras.Model) -> dict[str, Place]:
    """All layers with a weight matrix by their names: Dense layers and embedding tables, wrapped or not.

    Raises:
        ValueError: the model has none, or no weights yet.
    """
    if hasattr(model, "initialize"):
        model.initialize()
    places = {place.name: place for place in _places_of_model(model, "")}
    if not places:
        names = [layer.name for layer in getattr(model, "layers", [])]
        rule = "The model must hold layers with weights to compress: Dense layers, or embeddings and other layers of this library"
        raise ValueError(f"{rule}. Received: {model.name!r} with the layers {names}")
    return places


def _parts(model: keras.Model) -> dict[str, keras.layers.Layer]:
    """The layers below a model by the first part of their names."""
    if hasattr(model, "weight_parts"):
        return model.weight_parts
    return {unwrapped(layer).name: layer for layer in model.layers}


def _places_of_model(model: keras.Model, prefix: str) -> Iterator[Place]:
    for name, layer in _parts(model).items():
        yield from _places(model, f"{prefix}{name}", layer)


def _places(owner: keras.layers.Layer, name: str, held: keras.layers.Layer) -> Iterator[Place]:
    layer = unwrapped(held)
    if isinstance(layer, keras.Model):
        yield from _places_of_model(layer, f"{name}/")
        return
    if not isinstance(layer, (Composite, keras.layers.Dense)):
        return
    if not layer.built:
        raise ValueError(
            f"The model must have its weights: call it once before. Received: layer {name!r}, which is not built"
        )
    if isinstance(layer, keras.layers.Dense):
        yield Place(name, owner, held, layer, "kernel")
        return
    if isinstance(layer, _TABLE_OWNERS):
        yield Place(name, owner, held, layer, "table")
    for part, attribute in layer.parts.items():
        below = getattr(layer, attribute)
        if isinstance(below, keras.layers.Layer):
            yield from _places(layer, f"{name}/{part}", below)


def all_weights(model: keras.Model) -> dict[str, tf.Variable]:
    """All variables by name; what stands in no layer of this library is named after its Keras layer."""
    if hasattr(model, "named_variables"):
        return model.named_variables()
    return dict(_variables(model, ""))


def _variables(model: keras.Model, prefix: str) -> Iterator[tuple[str, tf.Variable]]:
    for name, held in _parts(model).items():
        layer = unwrapped(held)
        if isinstance(layer, keras.Model):
            yield from _variables(layer, f"{prefix}{name}/")
        elif isinstance(layer, (Composite, keras.layers.Dense)):
            yield from named_variables(layer, f"{prefix}{name}/")
        else:
            for variable in layer.weights:
                yield f"{prefix}{name}/{variable.name.split('/')[-1].split(':')[0]}", variable


def replace(place: Place, layer: keras.layers.Layer) -> None:
    """Puts `layer` where `place.held` stands: into every attribute of the owner and, in a functional model, into its graph.

    Its rank among the owner's layers stays, so that the order of the model's variables does, and with it the
    optimizer's state.
    """
    owner, old = place.owner, place.held
    rank = next(index for index, tracked in enumerate(owner._self_tracked_trackables) if tracked is old)
    attributes = [name for name, value in vars(owner).items() if value is old]
    for name in attributes:
        setattr(owner, name, layer)
    in_graph = isinstance(owner, keras.Sequential) or getattr(owner, "_is_graph_network", False)
    if in_graph:
        for node in place.layer._inbound_nodes:
            node.layer = layer
    if not attributes and not in_graph:
        raise ValueError(
            f"A layer that is to be wrapped must stand in an attribute of its owner. Received: {place.name!r} in {owner.name!r}"
        )
    others = [tracked for tracked in owner._self_tracked_trackables if tracked is not old and tracked is not layer]
    owner._self_tracked_trackables[:] = [*others[:rank], layer, *others[rank:]]


def forget_graphs(model: keras.Model) -> None:
    """Drops the graphs that `fit`, `evaluate` and `predict` have traced; they compute with the layers of before."""
    model.train_function = model.test_function = model.predict_function = None


def require_plain(places: dict[str, Place]) -> None:
    """Raises ValueError when a layer is wrapped already."""
    wrapped = [place.name for place in places.values() if place.wrapped]
    if wrapped:
        raise ValueError(
            f"The model's layers must not be wrapped already: call `strip` first. Received: wrapped {wrapped[:3]}"
        )
