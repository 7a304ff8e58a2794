"""What differs between two configurations."""

from __future__ import annotations

from collections.abc import Mapping


def differences(old: object, new: object, where: str = "") -> list[str]:
    """What differs between two plain values, one line each: `training.seed: 1 -> 2`, `encoder[0].heads: 4 -> 2`."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        lines: list[str] = []
        for name in sorted(old.keys() | new.keys(), key=str):
            inner = f"{where}.{name}" if where else str(name)
            lines += differences(old.get(name), new.get(name), inner)
        return lines
    if isinstance(old, list) and isinstance(new, list):
        if len(old) == len(new):
            return [
                line for index, pair in enumerate(zip(old, new)) for line in differences(*pair, f"{where}[{index}]")
            ]
        if any(isinstance(item, Mapping) for item in [*old, *new]):
            return [f"{where}: {len(old)} -> {len(new)} entries"]
    return [] if old == new else [f"{where}: {old!r} -> {new!r}"]
