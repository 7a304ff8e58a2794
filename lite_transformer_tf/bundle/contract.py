"""Whether the signatures of a bundle are those that its other fields promise: buckets, beam size, vocabulary, caches.

Kotlin's `Contract.kt` and the page's `contract.js` are the same, docs/bundle.md has the tensors. It is looked at when
a bundle is opened, after the table of signatures was compared with the file's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isqrt

from lite_transformer_tf.branches.cache import CacheSpec, Growth
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME, BundleError, Manifest, TensorInfo

Size = int | str
"""A size, or the name of one that must be the same wherever it occurs."""
Shape = tuple[Size, ...]
Tensors = Mapping[str, tuple[str, Shape]]
"""Name of a tensor -> type of its elements, and its shape."""

INT, FLOAT = "int32", "float32"
LANGUAGE_MODEL = "language-model"
ENCODER_DECODERS = ("translation", "summarization")


def check_contract(manifest: Manifest) -> None:
    """Checks the signatures against the buckets, the beam size, the vocabulary sizes and the caches.

    Raises:
        BundleError: A signature or a tensor is missing, or a tensor has another type or shape than it must have.
    """
    completes = any(name.startswith("prefill_") for name in manifest.signatures)
    if (manifest.task == LANGUAGE_MODEL) != completes and manifest.task in (LANGUAGE_MODEL, *ENCODER_DECODERS):
        kind = "prefill" if manifest.task == LANGUAGE_MODEL else "encode"
        raise _broken(f"signatures of the task {manifest.task!r} must have {kind!r}", sorted(manifest.signatures))
    sizes: dict[str, int] = {}
    kinds = _language_model(manifest) if completes else _encoder_decoder(manifest)
    for name, batch, inputs, outputs in kinds:
        signature = manifest.signatures.get(name)
        if signature is None:
            raise _broken(f"signatures must have {name!r}", sorted(manifest.signatures))
        found = {tensor.name: tensor for tensor in signature.inputs}
        caches = [spec for spec in manifest.step_caches if spec.input in found or _gives(signature.outputs, spec)]
        reads, adds = _cache_tensors(caches, batch, int(name.rpartition("_")[2]))
        prefills = name.startswith("prefill")
        _match(f"{name}.inputs", found, inputs if prefills else {**inputs, **reads}, sizes)
        given = {tensor.name: tensor for tensor in signature.outputs}
        unknown = sorted(found.keys() - inputs.keys() - ({} if prefills else reads).keys())
        if unknown:
            raise _broken(f"signatures.{name}.inputs must be those that a reader of this version feeds", unknown)
        _match(f"{name}.outputs", given, {**outputs, **(reads if prefills else adds)}, sizes)
    _check_logits(manifest, sizes)


def padded_rows(size: int) -> int:
    """Rows of an output table for a vocabulary of this size: as few as make groups of about its square root."""
    root = isqrt(size)
    return min(-(-size // group) * group for group in range(max(1, root // 2), max(2, 2 * root) + 1))


Kind = tuple[str, int | None, Tensors, Tensors]
"""Name, hypotheses (None: the caches have no axis for them), inputs and outputs without the caches."""


def _encoder_decoder(manifest: Manifest) -> Iterator[Kind]:
    beam = manifest.beam_size
    for bucket in manifest.buckets:
        memory: Tensors = {"memory": (FLOAT, ("strips of memory", bucket, "width of memory"))}
        length: Tensors = {"source_length": (INT, (1,))}
        yield f"encode_{bucket}", None, {"source_ids": (INT, (bucket,)), **length}, memory
        constant: Tensors = {"position": (INT, (1,)), **length, **memory}
        best: Tensors = {"next_token": (INT, (1,)), "log_probability": (FLOAT, (1,)), "logits": (FLOAT, (1, "logits"))}
        yield f"decode_step_{bucket}", None, {"token": (INT, (1,)), **constant}, best
        if beam > 1:
            candidates = min(2 * beam + 2, manifest.vocabulary_sizes["target"])
            listed: Tensors = {
                "top_tokens": (INT, (beam, candidates)),
                "top_log_probabilities": (FLOAT, (beam, candidates)),
                "logits": (FLOAT, (beam, "logits")),
            }
            yield f"beam_step_{bucket}", beam, {"token": (INT, (beam,)), **constant}, listed


def _language_model(manifest: Manifest) -> Iterator[Kind]:
    next_one: Tensors = {"log_probabilities": (FLOAT, (1, manifest.vocabulary_sizes["target"]))}
    for bucket in manifest.buckets:
        yield f"prefill_{bucket}", None, {"ids": (INT, (bucket,)), "length": (INT, (1,))}, next_one
        yield f"decode_step_{bucket}", None, {"token": (INT, (1,)), "position": (INT, (1,))}, next_one


def _gives(tensors: Sequence[TensorInfo], spec: CacheSpec) -> bool:
    return any(tensor.name in (spec.input, spec.output) for tensor in tensors)


def _cache_tensors(caches: Sequence[CacheSpec], batch: int | None, bucket: int) -> tuple[Tensors, Tensors]:
    """What a step reads of these caches, and what it adds to them."""
    rows: Shape = () if batch is None else (batch,)
    reads, adds = {}, {}
    for spec in caches:
        strips, past, width = (f"{what} of {spec.input}" for what in ("strips", "rows", "width"))
        kept: dict[Growth, Shape] = {
            Growth.ROWS: (strips, bucket - 1, width),
            Growth.WINDOW: (past, width),
            Growth.STATE: (1, width),
        }
        added: Shape = (strips, 1, width) if spec.growth is Growth.ROWS else (1, width)
        reads[spec.input] = (FLOAT, rows + kept[spec.growth])
        adds[spec.output] = (FLOAT, rows + added)
    return reads, adds


def _match(place: str, found: Mapping[str, TensorInfo], expected: Tensors, sizes: dict[str, int]) -> None:
    """Compares tensors; sizes that have a name are added to `sizes`, or compared with it."""
    for name, (dtype, shape) in expected.items():
        tensor = found.get(name)
        if tensor is None:
            raise _broken(f"signatures.{place} must have {name!r}", sorted(found))
        fits = tensor.dtype == dtype and len(tensor.shape) == len(shape)
        for size, wanted in zip(tensor.shape, shape) if fits else ():
            fits &= size == (sizes.setdefault(wanted, size) if isinstance(wanted, str) else wanted)
        if not fits:
            known = tuple(sizes.get(size, size) if isinstance(size, str) else size for size in shape)
            raise _broken(f"signatures.{place}.{name} must be {dtype} {known}", f"{tensor.dtype} {tensor.shape}")


def _check_logits(manifest: Manifest, sizes: Mapping[str, int]) -> None:
    vocabulary = manifest.vocabulary_sizes["target"]
    fitting = sorted({vocabulary, padded_rows(vocabulary)})
    if sizes.get("logits", vocabulary) not in fitting:
        rule = f"the logits of a target vocabulary of {vocabulary} tokens must be {' or '.join(map(str, fitting))} wide"
        raise _broken(f"{rule}, for this vocabulary is another model's otherwise", sizes["logits"])


def _broken(rule: str, received: object) -> BundleError:
    return BundleError(f"{MANIFEST_NAME}: {rule}. Received: {received}")
