"""Checkpoints for the tests: the authors' own, and others written here, in both forms of torch.save."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.fairseq.importing import Dictionaries
from lite_transformer_tf.fairseq.pickle_writing import Call, Global, Persistent, dumps, ordered
from lite_transformer_tf.fairseq.torch_file import LEGACY_MAGIC

AUTHORS = Path(__file__).parents[1] / "golden" / "authors_format"
MINI = ("mini_light", "mini_dynamic_glu_shared")
TYPES = {"<f4": "FloatStorage", "<f2": "HalfStorage", "<f8": "DoubleStorage", "<i8": "LongStorage"}


def checkpoint(name: str) -> Path:
    """A checkpoint that the authors' code wrote."""
    return AUTHORS / name / "checkpoint_best.pt"


def dictionaries(name: str, **others: Any) -> Dictionaries:
    return Dictionaries(AUTHORS / name / "dict.src.txt", AUTHORS / name / "dict.tgt.txt", **others)


def write_legacy(path: Path, values: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> None:
    """A file as torch.save wrote it before 1.6: five pickles, then the storages."""
    model = {}
    for index, (name, array) in enumerate(tensors.items()):
        storage = Persistent(("storage", Global("torch", TYPES[array.dtype.str]), str(index), "cpu", array.size, None))
        strides = tuple(stride // array.itemsize for stride in array.strides)
        arguments = (storage, 0, tuple(array.shape), strides, False, ordered({}))
        model[name] = Call(Global("torch._utils", "_rebuild_tensor_v2"), arguments)
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [dumps(LEGACY_MAGIC), dumps(1001), dumps(system), dumps({**values, "model": ordered(model)})]
    keys = [str(index) for index in range(len(tensors))]
    content = b"".join([*parts, dumps(keys)])
    for array in tensors.values():
        content += struct.pack("<q", array.size) + array.tobytes("A")
    path.write_bytes(content)


def tiny(folder: Path, legacy: bool = False) -> tuple[Path, Dictionaries]:
    """A small checkpoint, of one layer a side, with random weights."""
    from lite_transformer_tf.config import LiteTransformerConfig
    from lite_transformer_tf.fairseq.arguments_writing import arguments_of
    from lite_transformer_tf.fairseq.exporting import HISTORY, checkpoint_tensors
    from lite_transformer_tf.fairseq.pickle_writing import Namespace
    from lite_transformer_tf.fairseq.torch_writing import write_checkpoint
    from lite_transformer_tf.profiling.configurations import model_count

    config = LiteTransformerConfig.lite(
        embed_dim=8, kernel_sizes=[3], heads=2, source_vocabulary_size=9, target_vocabulary_size=9, dropout=0.0
    )
    generator = np.random.default_rng(0)
    shapes = model_count(config).shapes
    weights = {name: generator.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    values = {"args": Namespace(arguments_of(config)), "optimizer_history": [HISTORY], "last_optimizer_state": None}
    (write_legacy if legacy else write_checkpoint)(folder / "tiny.pt", values, checkpoint_tensors(config, weights))
    (folder / "dict.txt").write_text("".join(f"{word} 1\n" for word in "abcde"))
    return folder / "tiny.pt", Dictionaries(folder / "dict.txt")
