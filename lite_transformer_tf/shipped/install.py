"""Puts a packed bundle into the package, with licence, attribution and scores, and writes the list anew."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lite_transformer_tf.bundle.archive import pack_bundle
from lite_transformer_tf.bundle.card import CARD_NAME, ModelFacts
from lite_transformer_tf.bundle.directory import read_bundle, write_bundle
from lite_transformer_tf.bundle.front_matter import rewritten
from lite_transformer_tf.bundle.manifest import Manifest
from lite_transformer_tf.files import PathLike, atomic_write_bytes, atomic_write_text, temporary_directory
from lite_transformer_tf.shipped.index import INDEX_NAME, MODELS, SUFFIX, index_of

LARGEST = 2_000_000  # bytes of a model
LARGEST_TOGETHER = 16_000_000
NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)+")


class InstallError(ValueError):
    """A bundle cannot become a pretrained model of the package; the message says why."""


def install(
    bundle: PathLike,
    name: str,
    facts: ModelFacts,
    directory: Path = MODELS,
    *,
    check: Callable[[Path], object] = read_bundle,
) -> Path:
    """Packs a bundle as a pretrained model of the package; one of the same name is replaced.

    The packed bundle states in its manifest and its card what `facts` add.

    Args:
        bundle: A bundle, or its download form.
        name: Its name, such as "everyday-en-fr".
        facts: `languages`, `licence`, `attribution`, `datasets` and `scores` that the bundle does not state itself, or
            that replace what it states.
        directory: Directory of the models. Defaults to that of this package.
        check: Called with the bundle, unpacked, before it is packed.

    Returns:
        The packed file.

    Raises:
        InstallError: The name is wrong, licence, attribution or scores are missing, or the file is too large.
        BundleError: The bundle is damaged.
    """
    if not NAME.fullmatch(name):
        raise InstallError(f"A name must be lower-case words with hyphens, such as titles-en. Received: {name!r}")
    manifest, contents = read_bundle(bundle)
    stated = _stated(manifest, facts)
    card = rewritten(contents[CARD_NAME].decode(), stated, facts.datasets, facts.scores)
    with temporary_directory() as folder:
        unpacked, packed = folder / "bundle", folder / f"{name}{SUFFIX}"
        write_bundle(unpacked, stated, {**contents, CARD_NAME: card.encode()}, check=check)
        pack_bundle(unpacked, packed)
        content = packed.read_bytes()
    target = directory / packed.name
    _check_size(name, len(content), [path for path in directory.glob(f"*{SUFFIX}") if path != target])
    atomic_write_bytes(target, content)
    atomic_write_text(directory / INDEX_NAME, index_of(directory))
    return target


def _stated(manifest: Manifest, facts: ModelFacts) -> Manifest:
    """The manifest with the facts.

    Raises:
        InstallError: Something is missing; all of it is told.
    """
    scores: Mapping[str, Any] = {**manifest.metrics.get("scores", {}), **facts.scores}
    stated = dataclasses.replace(
        manifest,
        languages=facts.languages or manifest.languages,
        licence=facts.licence or manifest.licence,
        attribution=facts.attribution or manifest.attribution,
        metrics={**manifest.metrics, "scores": scores},
    )
    given = {"languages": stated.languages, "licence": stated.licence, "attribution": stated.attribution}
    missing = [name for name, value in {**given, "scores": scores}.items() if not value]
    if missing:
        rule = "A pretrained model must state its languages, licence, attribution and scores"
        raise InstallError(f"{rule}; give those that the bundle lacks as options. Received: none for {missing}")
    return stated


def _check_size(name: str, size: int, others: list[Path]) -> None:
    if size > LARGEST:
        raise InstallError(f"A pretrained model must have at most {LARGEST:,} bytes. Received: {size:,} for {name!r}")
    total = size + sum(path.stat().st_size for path in others)
    if total > LARGEST_TOGETHER:
        rule = f"All pretrained models together must have at most {LARGEST_TOGETHER:,} bytes"
        raise InstallError(f"{rule}. Received: {total:,} with {name!r}")
