"""The download form of a bundle: one file, unpacked once, bit by bit the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lite_transformer_tf.bundle.codec.errors import PackedDataError
from lite_transformer_tf.bundle.container import pack_file, packed_limit, packed_sizes, unpack_file
from lite_transformer_tf.bundle.directory import read_bundle, read_bytes
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME
from lite_transformer_tf.files import PathLike, atomic_directory, atomic_file
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits, read_limited

SUFFIX = ".ltpk"


def pack_bundle(directory: PathLike, path: PathLike) -> dict[str, Any]:
    """Writes the download form of a bundle, whole or not at all.

    Args:
        directory: The bundle; its files are checked first.
        path: Path of the new file, by custom with the ending `.ltpk`.

    Returns:
        bytes of each file before and after, and of the whole.

    Raises:
        BundleError: The bundle is incomplete or damaged.
    """
    files = {**read_bytes(directory, [MANIFEST_NAME]), **read_bundle(directory)[1]}
    data = pack_file(files)
    try:
        same = unpack_file(data) == files
    except PackedDataError as error:  # a reader would refuse it, such as one of zeros only
        rule = "A download must be one that its readers take"
        raise PackedDataError(f"{rule}; nothing was written. Received: {directory} ({error})") from error
    if not same:
        raise PackedDataError("Unpacking must give the same bytes. Received: different ones; nothing was written")
    with atomic_file(path) as stream:
        stream.write(data)
    return {"bytes": len(data), "unpacked": sum(map(len, files.values())), "files": packed_sizes(data)}


def unpack_bundle(
    path: PathLike,
    directory: PathLike,
    *,
    overwrite: bool = False,
    check: Callable[[Path], object] = read_bundle,
    limits: Limits = DEFAULT_LIMITS,
) -> None:
    """Makes a bundle directory from a download, whole or not at all.

    Args:
        path: The packed file.
        directory: Directory of the bundle, new or empty.
        overwrite: Whether another bundle at `directory` may be replaced.
        check: Called with the written directory before it takes its place; what it raises leaves nothing behind.
            `litert.runtime.open.open_bundle` also checks the model file and the vocabularies.
        limits: Bytes that the download and its files may have.

    Raises:
        PackedDataError, TooLargeError: See `container.unpack_file`.
        BundleError: The files are not a bundle of this version.
        FileExistsError: `directory` may not be written.
    """
    files = unpack_file(read_limited(path, packed_limit(limits)), limits=limits)
    with atomic_directory(directory, overwrite=overwrite, marker=MANIFEST_NAME) as temporary:
        for name, content in files.items():
            (temporary / name).write_bytes(content)
        check(temporary)
