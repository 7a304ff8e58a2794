"""The inference room: compiles a model's weights into TFLite graphs, quantises and bundles them, and runs the bundle.

It takes a config and named weights; the Keras layers know nothing of it, and parity tests tie the two together.
"""

from __future__ import annotations

from typing import Any

_LAZY = {
    "open_bundle": "bundle",
    "read_manifest": "bundle",
    "write_bundle": "bundle",
    "GraphOptions": "compiler",
    "compile_language_model": "compiler",
    "compile_model": "compiler",
    "TFLiteCompleter": "completer",
    "export_bundle": "export",
    "verify_bundle": "export",
    "TFLiteGenerator": "generator",
    "LanguageModelRunner": "language_model_runner",
    "LanguageModelState": "language_model_runner",
    "BundleError": "manifest",
    "Manifest": "manifest",
    "VARIANTS": "quantization",
    "make_variant": "quantization",
    "Runner": "runner",
    "TextTooLongError": "runner",
    "search": "search",
    "compare_generators": "verify",
}

__all__ = list(_LAZY)


def __getattr__(name: str) -> Any:
    """Loads each part when it is first used: reading a manifest needs no interpreter, running a bundle no quantiser."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
