"""Options of decoding under fairseq's names, and those of the authors' scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES = {
    "beam_size": ("beam", int),
    "length_penalty": ("lenpen", float),
    "min_length": ("min_len", int),
    "max_length_ratio": ("max_len_a", float),
    "max_length_offset": ("max_len_b", int),
    "no_repeat_ngram": ("no_repeat_ngram_size", int),
}
"""Name of an option there, and its type. A checkpoint that was exported here has them among its arguments."""

SCRIPTS: dict[str, Any] = {"beam_size": 4, "length_penalty": 1.0, "max_length_ratio": 0.0, "max_length_offset": 200}
WMT = {"length_penalty": 0.6}
SUMMARIES = {"length_penalty": 2.0, "min_length": 55, "max_length_offset": 140, "no_repeat_ngram": 3}


def decoding_of(arguments: Mapping[str, Any], task: str) -> dict[str, Any]:
    """Options of decoding for a model: those among its arguments, otherwise those of the authors' scripts.

    The copy check is off, so that answers are those of the authors' code.

    Args:
        arguments: Arguments of the checkpoint.
        task: Name of the task.
    """
    architecture = arguments.get("arch")
    wmt = isinstance(architecture, str) and "wmt" in architecture
    script = SUMMARIES if task == "summarization" else WMT if wmt else {}
    given = {}
    for name, (theirs, kind) in NAMES.items():
        value = arguments.get(theirs)
        if value is not None and type(value) in (int, kind) and 0 <= value < 1e6:
            given[name] = kind(value)
    return {**SCRIPTS, **script, **given, "copy_check": False}


def arguments_of_decoding(options: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse, for the options that fairseq has. A `max_length` is a limit that no source changes."""
    if options.get("max_length") is not None:
        options = {**options, "max_length_ratio": 0.0, "max_length_offset": options["max_length"]}
    return {theirs: options[name] for name, (theirs, _) in NAMES.items() if name in options}
