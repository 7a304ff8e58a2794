"""How much of each layer is pruned, and in how many bits it is stored: one setting for all, or by a scan."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, Literal

from lite_transformer_tf.compression.config import Pruning, replaced
from lite_transformer_tf.compression.origin import Origin, Splits
from lite_transformer_tf.compression.places import find_places
from lite_transformer_tf.compression.scan import allocate, sensitivity
from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.files import PathLike, atomic_write_json, temporary_directory
from lite_transformer_tf.litert.graph.fusion import fused_layers
from lite_transformer_tf.models.saving import WEIGHTS_FILE, Model, load_model
from lite_transformer_tf.readers.json_text import read_object
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.training.fine_tuning import copy_vocabularies
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from lite_transformer_tf.training.run_directory import vocabularies_of

SCAN_NAME, BITS_SCAN_NAME = "sensitivity.json", "sensitivity_bits.json"
SCAN_TEXTS = 256  # of the validation set
LEVELS = {"sparsity": (0.5, 0.7, 0.9), "bits": (8, 4)}


def pruning_shares(origin: Origin, output: PathLike, pruning: Pruning) -> dict[str, float]:
    """The share of zeros by layer name, of the layers that are pruned.

    With `pruning.sensitivity` the backbone's layers are scanned on the first texts of the validation set. The less the
    loss rises, the more of a layer is pruned; all together have `pruning.sparsity`. The scan is kept in `output`, so
    that a resumed run prunes the same.

    Args:
        origin: the model.
        output: where the scan is kept.
        pruning: how much.

    Raises:
        SettingsError: the scan that is there is of another model, or of other data. One of an earlier version says less
            about them.
        ValueError: the scanned levels do not reach `pruning.sparsity`.
    """
    model, _ = load_model(origin.model)
    tables = {name: place.is_table for name, place in find_places(model).items()}
    shares = {name: pruning.embedding_sparsity if table else pruning.sparsity for name, table in tables.items()}
    if pruning.sensitivity and pruning.sparsity > 0:
        shares.update(
            allocate(_scan("sparsity", origin, origin.model, Path(output) / SCAN_NAME, model), pruning.sparsity)
        )
    return {name: share for name, share in shares.items() if share > 0}


def layer_bits(origin: Origin, start: PathLike, output: PathLike, average: float) -> dict[str, int]:
    """The bits of every layer by name: 8 for those that lose the most in 4, `average` over all weights.

    They come from a scan, as in `pruning_shares`, of the model in the directory `start`. Layers whose weights are in
    one matrix of an exported file have the same.
    """
    model, _ = load_model(start)
    table = _scan("bits", origin, Path(start), Path(output) / BITS_SCAN_NAME, model)
    matrices, groups = fused_layers(model.config), defaultdict(list)
    for name in table["layers"]:
        groups[matrices.get(name, name)].append(name)
    chosen = allocate({**table, "layers": {group: _together(table, names) for group, names in groups.items()}}, average)
    return {name: int(chosen[group]) for group, names in groups.items() for name in names}


def _together(table: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The losses of several layers as if they added up."""
    layers = [table["layers"][name] for name in names]
    columns = zip(*(layer["losses"] for layer in layers), strict=True)
    losses = [
        None if None in column else table["loss"] + sum(loss - table["loss"] for loss in column) for column in columns
    ]
    return {"weights": sum(layer["weights"] for layer in layers), "losses": losses}


def _scan(kind: Literal["sparsity", "bits"], origin: Origin, start: Path, path: Path, model: Model) -> dict[str, Any]:
    """The scan of a model that is stored at a path, or a new one, which is stored there."""
    key = {
        "weights": file_digest(start / WEIGHTS_FILE),
        "texts": SCAN_TEXTS,
        "kind": kind,
        "levels": list(LEVELS[kind]),
        "validation": origin.data.valid.digest(),
        "vocabularies": vocabularies_of(start),
    }
    if path.is_file():
        stored = read_object(path, "A stored scan", {"weights": str, "layers": dict})
        if different := [name for name, value in key.items() if stored.get(name, key[name]) != value]:
            received = f"{str(path)!r}, a scan of another {', '.join(different)} than {str(start)!r}"
            raise SettingsError(f"A stored scan must be of the same model and data. Received: {received}")
        return stored
    judge = find_task(origin.task).make(origin.config, _fewer(origin.data))
    with temporary_directory() as folder:
        copy_vocabularies(start, folder)
        judge.prepare(folder)
        model.compile(loss=LabelSmoothedCrossEntropy(origin.config.training.label_smoothing))
        table = sensitivity(
            model,
            lambda scanned: judge.validate(scanned, decode=False)["nll"],
            kind,
            LEVELS[kind],
            embeddings=kind == "bits",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic_write_json(path, {**table, **key})
    return table


def _fewer(data: Splits) -> Splits:
    """The same splits with only the first texts of the validation set."""
    return replaced(data, valid=data.valid.first(SCAN_TEXTS))
