"""A whole manifest, and single changes that each make it wrong: a table that Python, Kotlin and the page all refuse.

`python -m tests.hard.manifests` writes conformance/wrong_manifests.json, from which Kotlin and JavaScript read it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[2] / "conformance" / "wrong_manifests.json"
DIGEST = "ab" * 32
VOCABULARY, BEAM, BUCKETS = 90, 2, (8, 16)
REMOVED = {"removed": True}
"""In the table: the field is taken away."""


def tensor(name: str, *shape: int, dtype: str = "float32") -> dict[str, Any]:
    return {"name": name, "shape": list(shape), "dtype": dtype, "meaning": "x"}


def step(bucket: int, rows: int | None) -> dict[str, Any]:
    """A decoding step of one hypothesis (None) or of a beam."""
    batch = () if rows is None else (rows,)
    count = rows or 1
    inputs = [
        tensor("token", count, dtype="int32"),
        tensor("position", 1, dtype="int32"),
        tensor("source_length", 1, dtype="int32"),
        tensor("memory", 4, bucket, 8),
        tensor("attention_cache", *batch, 4, bucket - 1, 4),
        tensor("window", *batch, 2, 16),
    ]
    best = [tensor("next_token", 1, dtype="int32"), tensor("log_probability", 1)]
    listed = [tensor("top_tokens", count, 2 * count + 2, dtype="int32")]
    listed += [tensor("top_log_probabilities", count, 2 * count + 2)]
    outputs = [
        tensor("logits", count, VOCABULARY),
        *(best if rows is None else listed),
        tensor("new_attention", *batch, 4, 1, 4),
        tensor("new_window", *batch, 1, 16),
    ]
    return {"inputs": inputs, "outputs": outputs}


def whole_manifest() -> dict[str, Any]:
    """A translator's manifest with every field and every signature."""
    signatures = {}
    for bucket in BUCKETS:
        ids = [tensor("source_ids", bucket, dtype="int32"), tensor("source_length", 1, dtype="int32")]
        signatures[f"encode_{bucket}"] = {"inputs": ids, "outputs": [tensor("memory", 4, bucket, 8)]}
        signatures[f"decode_step_{bucket}"] = step(bucket, None)
        signatures[f"beam_step_{bucket}"] = step(bucket, BEAM)
    names = ("model.tflite", "source.model", "target.model")
    return {
        "format": "lite-transformer-bundle",
        "schema_version": 1,
        "task": "translation",
        "variant": "int8",
        "languages": ["en", "fr"],
        "special_ids": {"bos": 0, "pad": 1, "eos": 2, "unk": 3},
        "vocabulary_sizes": {"source": 100, "target": VOCABULARY},
        "embed_dim": 16,
        "parameters": 1000,
        "buckets": list(BUCKETS),
        "beam_size": BEAM,
        "max_source_tokens": 16,
        "max_target_tokens": 15,
        "vocabulary_files": {"source": "source.model", "target": "target.model"},
        "signatures": signatures,
        "files": {name: {"size": 3, "sha256": DIGEST} for name in names},
        "minimum_runtime": "2.18.0",
        "quantization": {"weights": "int8", "activations": "float32"},
        "config": {"embed_dim": 16, "source_vocabulary_size": 100, "target_vocabulary_size": VOCABULARY, "eos_id": 2},
        "settings": {"max_source_tokens": 12, "decoding": {"beam_size": 2}},
        "verification": {"comparisons": {}},
        "metrics": {"scores": {"bleu": {"score": 30.5, "signature": "x"}}},
    }


NO_TEXT = (None, 3, True, [], {})
NO_OBJECT = (None, 1, "x", [], True)
NO_LIST = (None, 1, "x", {}, True)
NO_COUNT = (None, "1", 1.5, True, [], {}, -1, 1 << 31)
DTYPE = ("int64", "", None, 3)
FIELDS: dict[str, tuple[Any, ...]] = {
    "format": (REMOVED, "zip", None, 1),
    "schema_version": (REMOVED, 0, 3, "1", 1.0, True, None),
    "task": (REMOVED, *NO_TEXT, "", "language-model"),
    "variant": (REMOVED, *NO_TEXT, ""),
    "languages": (REMOVED, *NO_LIST, [""], [None], [1]),
    "special_ids": (REMOVED, *NO_OBJECT),
    "special_ids/pad": (REMOVED, *NO_COUNT, 90, 2),
    "vocabulary_sizes": (REMOVED, *NO_OBJECT),
    "vocabulary_sizes/source": (REMOVED, *NO_COUNT, 0, 101),
    "vocabulary_sizes/target": (REMOVED, *NO_COUNT, 0, 2, 91, 450),
    "embed_dim": (REMOVED, *NO_COUNT, 0, 32),
    "parameters": (REMOVED, None, "1", 1.5, True, -1, 1 << 63),
    "buckets": (REMOVED, *NO_LIST, [], [16, 8], [8, 8], [0, 8], [8, 16, 32], [8.5], ["8"], [8, 17], [1 << 31]),
    "beam_size": (REMOVED, *NO_COUNT, 0, 3),
    "max_source_tokens": (REMOVED, *NO_COUNT, 17),
    "max_target_tokens": (REMOVED, *NO_COUNT, 17),
    "vocabulary_files": (REMOVED, *NO_OBJECT),
    "vocabulary_files/source": (REMOVED, *NO_TEXT, "", "../source.model", "none"),
    "signatures": (REMOVED, *NO_OBJECT, {}),
    "signatures/encode_8": (REMOVED, *NO_OBJECT, {"inputs": []}),
    "signatures/beam_step_16": (REMOVED,),
    "signatures/encode_8/inputs": (REMOVED, *NO_LIST, [], [3]),
    "signatures/encode_8/inputs/0/name": (REMOVED, *NO_TEXT, "", "source_length", "other"),
    "signatures/encode_8/inputs/0/dtype": (REMOVED, *DTYPE, "float32"),
    "signatures/encode_8/inputs/0/meaning": (REMOVED, 3, None),
    "signatures/encode_8/inputs/0/shape": (REMOVED, *NO_LIST, [], [9], [-8], [8.0], [8, 1], [1 << 29], [1 << 15] * 3),
    "signatures/encode_8/outputs/0/shape": ([8, 8], [4, 9, 8], [4, 8, 8, 1], [5, 8, 8]),
    "signatures/decode_step_8/inputs/3/shape": ([4, 8], [4, 8, 9]),
    "signatures/decode_step_8/inputs/4/shape": ([4, 8, 4], [4, 7], [4, 7, 5]),
    "signatures/decode_step_8/inputs/5/shape": ([2, 17], [2]),
    "signatures/decode_step_8/outputs/0/shape": ([1, 91], [1, 450], [90]),
    "signatures/decode_step_8/outputs/3/name": ("other",),
    "signatures/beam_step_8/inputs/0/shape": ([3], [1]),
    "signatures/beam_step_8/outputs/1/shape": ([2, 5], [2, 90]),
    "files": (REMOVED, *NO_OBJECT, {}),
    "files/model.tflite": (REMOVED, *NO_OBJECT),
    "files/model.tflite/size": (REMOVED, None, "3", 3.0, True, -1, 1 << 63),
    "files/model.tflite/sha256": (REMOVED, *NO_TEXT, "", DIGEST[1:], DIGEST.upper(), "g" * 64),
    "files/..": ({"size": 1, "sha256": DIGEST},),
    "files/a\\b": ({"size": 1, "sha256": DIGEST},),
    "files/a\0b": ({"size": 1, "sha256": DIGEST},),
    "files/a\u202eb": ({"size": 1, "sha256": DIGEST},),
    f"files/{'a' * 256}": ({"size": 1, "sha256": DIGEST},),
    "files/manifest.json": ({"size": 1, "sha256": DIGEST},),
    "minimum_runtime": (REMOVED, *NO_TEXT, "2.18", "newest", "2.18.0 "),
    "quantization": (REMOVED, *NO_OBJECT),
    "quantization/weights": (REMOVED, *NO_TEXT),
    "config": (REMOVED, *NO_OBJECT),
    "config/embed_dim": (32, "16", 16.0),
    "config/source_vocabulary_size": (101,),
    "config/eos_id": (1, None),
    "settings": (REMOVED, *NO_OBJECT),
    "settings/max_source_tokens": (0, -1, "12", 1.5, True, [], 1 << 31),
    "settings/decoding": (1, "x", [], True),
    "settings/confidence": (
        1,
        "x",
        [],
        {},
        {"bias": 1, "slope": -1, "doubt": 0},
        {"bias": "1", "slope": 1, "doubt": 0},
    ),
    "verification": (REMOVED, *NO_OBJECT),
    "metrics": (REMOVED, *NO_OBJECT),
    "metrics/scores": (None, 1, "x", [], {"bleu": "high"}, {"bleu": {}}, {"bleu": {"score": True}}),
    "caches": (
        1,
        "x",
        {},
        ["window"],
        [{"input": "window", "output": "new_window"}],
        [{"input": "window", "output": "new_window", "growth": "tree"}],
        [{"input": "", "output": "new_window", "growth": "window"}],
        [{"input": "window", "output": "new_window", "growth": "window"}] * 2,
        [],
    ),
    "licence": (None, 1, []),
    "attribution": (None, 1, []),
}
"""Path of a field, with `/` between names, -> values that are wrong there."""


def wrong_manifests() -> Iterator[tuple[str, Any]]:
    """Every path with every wrong value."""
    for path, values in FIELDS.items():
        for value in values:
            yield path, value


def changed(path: str, value: Any) -> dict[str, Any]:
    """The whole manifest with one change."""
    manifest = copy.deepcopy(whole_manifest())
    *above, last = path.split("/")
    place: Any = manifest
    for name in above:
        place = place[int(name) if isinstance(place, list) else name]
    if value == REMOVED:
        del place[last]
    else:
        place[last] = copy.deepcopy(value)
    return manifest


def table() -> str:
    """The text of conformance/wrong_manifests.json."""
    wrong = [{"path": path, **(REMOVED if value == REMOVED else {"value": value})} for path, value in wrong_manifests()]
    lines = ",\n".join(f"  {json.dumps(entry)}" for entry in wrong)
    return f'{{"manifest": {json.dumps(whole_manifest())},\n "wrong": [\n{lines}\n ]}}\n'


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="ascii")
    print(f"{TABLE}: {len(list(wrong_manifests()))} wrong manifests")
