"""Numbers and texts with their ranges, as fields of a section are annotated with them.

Other ranges: `Annotated[int, Interval(ge=2)]` with `annotated_types.Interval`. An error names the range in words.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from annotated_types import Interval, MinLen

PositiveInt: TypeAlias = Annotated[int, Interval(ge=1)]
NonNegativeInt: TypeAlias = Annotated[int, Interval(ge=0)]
PositiveFloat: TypeAlias = Annotated[float, Interval(gt=0)]
NonNegativeFloat: TypeAlias = Annotated[float, Interval(ge=0)]
Share: TypeAlias = Annotated[float, Interval(ge=0, lt=1)]
"""A number in [0, 1), such as a dropout rate."""
Text: TypeAlias = Annotated[str, MinLen(1)]
"""Text that is not empty."""
