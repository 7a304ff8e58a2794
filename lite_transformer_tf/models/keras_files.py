"""What Keras asks of a model for its own files: configuration, how it is built and how it was compiled."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterator
from typing import Any, Self

import tf_keras as keras

from lite_transformer_tf.composite import Composite
from lite_transformer_tf.config.stacked import StackedConfig
from lite_transformer_tf.models.accumulation import GradientAccumulator
from lite_transformer_tf.models.named_weights import NamedWeights
from lite_transformer_tf.models.token_training import StepSettings, TokenTrainingModel

FRESH_OPTIMIZER = (
    "Keras does not restore the state of {}, so training goes on with an optimizer at its beginning. "
    "A .keras file with an optimizer that is not `legacy` keeps the state."
)


class KerasFiles(NamedWeights, TokenTrainingModel):
    """A model that `.keras` files, SavedModels, `clone_model` and `deepcopy` give back as it was.

    Attributes:
        config: Its configuration.
        config_class: Class of the configuration.
    """

    config: StackedConfig
    config_class: type[StackedConfig]
    _had_teacher = False  # when it was saved

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights, whatever the shape of the inputs."""
        self.initialize()

    build._is_default = True  # type: ignore[attr-defined] # Keras does not call it before a first call, which builds

    def get_config(self) -> dict[str, Any]:
        """Everything but the weights: configuration, name, precision policy, frozen layers, settings of the step.

        Raises:
            NotImplementedError: The model's layers are wrapped for pruning or quantization-aware training.
        """
        wrapped = [layer.name for layer in self.submodules if isinstance(layer, keras.layers.Wrapper)]
        if wrapped:
            raise NotImplementedError(
                "A pruned or quantized model has no configuration from which Keras could make it again: call "
                f"compression.strip first, or save its weights. Received: wrapped layers {wrapped[:3]}"
            )
        frozen = [path for path, layer in self._layers_by_path() if not layer.trainable]
        return {
            **keras.layers.Layer.get_config(self),
            "config": self.config.to_dict(),
            "frozen": frozen,
            "step": dataclasses.asdict(self._step),
            "had_teacher": self._teacher is not None,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """Inverse of `get_config`."""
        described = cls.config_class.from_dict(config["config"])
        model = cls(described, name=config.get("name"), dtype=config.get("dtype"))
        model._step = StepSettings(**config.get("step", {}))
        model._had_teacher = config.get("had_teacher", False)
        model.trainable = config.get("trainable", True)
        frozen = set(config.get("frozen", []))
        for path, layer in model._layers_by_path():
            if layer.trainable == (path in frozen):
                layer.trainable = path not in frozen
        return model

    def _layers_by_path(self) -> Iterator[tuple[str, keras.layers.Layer]]:
        """The layers by the first parts of their weights' names, each before its own parts."""
        waiting = list(self.weight_parts.items())
        while waiting:
            path, layer = waiting.pop()
            yield path, layer
            if isinstance(layer, Composite):
                parts = {f"{path}/{name}": getattr(layer, attribute, None) for name, attribute in layer.parts.items()}
                waiting += [(name, part) for name, part in parts.items() if isinstance(part, keras.layers.Layer)]

    def get_build_config(self) -> dict[str, Any] | None:
        return {"initialize": True} if self.built else None

    def build_from_config(self, config: dict[str, Any]) -> None:
        self.initialize()

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """`TokenTrainingModel.compile`. A SavedModel compiles with Keras' own arguments only; the others are here."""
        if not kwargs.get("from_serialized"):
            super().compile(*args, **kwargs)
        elif self._can_compile_again():
            super().compile(*args, **dataclasses.asdict(self._step), **kwargs)
            warnings.warn(FRESH_OPTIMIZER.format("an optimizer from a SavedModel"), stacklevel=2)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        if not self._can_compile_again():
            return
        super().compile(**keras.saving.deserialize_keras_object(config), **dataclasses.asdict(self._step))
        if self.built and isinstance(self.optimizer, keras.optimizers.Optimizer):
            self.optimizer.build(self.trainable_variables)
        elif isinstance(self.optimizer, keras.optimizers.legacy.Optimizer):
            warnings.warn(FRESH_OPTIMIZER.format("a legacy optimizer from a .keras file"), stacklevel=2)

    def _can_compile_again(self) -> bool:
        """False, with a warning, for a model that had a teacher: no file contains the teacher."""
        if self._had_teacher:
            warnings.warn(
                "This model learnt from a teacher, which its file does not contain, so the model is not compiled: "
                "before it is trained, compile it with loss, optimizer and teacher.",
                stacklevel=3,
            )
        return not self._had_teacher

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        children = super()._trackable_children(save_type, **kwargs)
        if save_type == "savedmodel":  # Keras would make weights of them
            return {name: child for name, child in children.items() if name not in GradientAccumulator.NAMES}
        return children

    def save_own_variables(self, store: Any) -> None:
        """Saves the sums of gradients that wait for their update, if there are any."""
        if self._accumulator is not None and int(self._accumulator.batches.numpy()):
            for index, variable in enumerate(self._accumulator.variables):
                store[str(index)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Loads what `save_own_variables` saved, into a model that is compiled to add gradients up."""
        if not len(store) or not self._is_compiled or self._step.accumulation_steps == 1:
            return
        self._create_training_state()
        for index, variable in enumerate(self._accumulator.variables):
            variable.assign(store[str(index)])
