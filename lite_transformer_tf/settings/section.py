"""The decorator of settings' classes."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, TypeVar, dataclass_transform

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from lite_transformer_tf.settings.errors import SettingsError, explain

T = TypeVar("T")
CONFIG = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def section(cls: type[T]) -> type[T]:
    """Makes a frozen dataclass whose values are checked by its constructor, by `dataclasses.replace` and from a file.

    No kind is converted: text is no number, true is no number, NaN and infinities are none either. Annotations give the
    ranges (see `types`), `__post_init__` checks rules about several fields with `require`. A `SettingsError` says what
    is wrong.

    Example:
        @section
        class Pruning:
            sparsity: Share = 0.5
            frequency: PositiveInt = 10
    """
    made: Any = dataclass(frozen=True, config=CONFIG)(cls)
    validate = made.__init__

    @functools.wraps(validate)
    def __init__(self: T, *args: object, **kwargs: Any) -> None:
        try:
            validate(self, *args, **kwargs)
        except ValidationError as error:
            raise SettingsError(explain(made, error, title=made.__name__)) from error

    made.__init__ = __init__
    return made
