"""Smaller models: pruning and quantisation-aware training by `model.fit`, and how much of it each layer tolerates.

Nothing here is loaded before it is used: tensorflow-model-optimization takes seconds to import.
"""

from __future__ import annotations

from typing import Any

_LAZY = {
    "prune": "pruning",
    "PruningStep": "pruning",
    "quantize_aware": "quantization",
    "KernelQuantizeConfig": "quantize_config",
    "bake": "baking",
    "strip": "baking",
    "sparsity": "report",
    "compressible_layers": "report",
    "sensitivity": "scan",
    "allocate": "scan",
}

__all__ = list(_LAZY)


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
