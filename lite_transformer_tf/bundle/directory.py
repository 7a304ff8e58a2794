"""A bundle directory: written whole or not at all, and refused when a byte of it has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from lite_transformer_tf.bundle.archive import unpack_file
from lite_transformer_tf.bundle.codec.entropy import PackedDataError
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME, BundleError, FileInfo, Manifest
from lite_transformer_tf.files import PathLike, atomic_directory


def write_bundle(
    directory: PathLike,
    manifest: Manifest,
    files: Mapping[str, bytes],
    *,
    overwrite: bool = False,
    check: Callable[[Path], object] | None = None,
) -> Manifest:
    """Writes a bundle: the files, and the manifest with their sizes and hashes.

    Args:
        directory: a new or empty one, or with `overwrite` another bundle, which it replaces.
        manifest: its `files` are filled in here.
        files: name -> content, the model and the vocabularies among them.
        overwrite: whether another bundle may be replaced.
        check: called with the written directory before it takes its place; what it raises leaves nothing behind.

    Returns:
        the manifest as written.

    Raises:
        FileExistsError: the directory may not be replaced.
    """
    complete = replace(manifest, files={name: FileInfo.of(content) for name, content in sorted(files.items())})
    with atomic_directory(directory, overwrite=overwrite, marker=MANIFEST_NAME) as temporary:
        for name, content in files.items():
            (temporary / name).write_bytes(content)
        (temporary / MANIFEST_NAME).write_text(complete.to_json(), encoding="utf-8")
        if check is not None:
            check(temporary)
    return complete


def read_manifest(directory: PathLike) -> Manifest:
    """The manifest of a bundle, a directory or its download form.

    Raises:
        BundleError: it is no bundle, or one of another schema version.
    """
    if Path(directory).is_file():
        return _manifest_of(_unpacked(Path(directory), (MANIFEST_NAME,)), directory)
    path = Path(directory) / MANIFEST_NAME
    if not path.is_file():
        raise BundleError(f"A bundle is a directory with a {MANIFEST_NAME}. Received: {str(directory)!r}")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BundleError(f"{MANIFEST_NAME} must be JSON in UTF-8. Received: {error}") from error
    return Manifest.from_json(text)


def _unpacked(path: Path, names: tuple[str, ...] | None = None) -> dict[str, bytes]:
    try:
        return unpack_file(path.read_bytes(), names)
    except PackedDataError as error:
        raise BundleError(
            f"A bundle is a directory with a {MANIFEST_NAME}, or its download form. Received: {str(path)!r} ({error})"
        ) from error


def _manifest_of(files: Mapping[str, bytes], path: PathLike) -> Manifest:
    if MANIFEST_NAME not in files:
        raise BundleError(f"A packed bundle must hold a {MANIFEST_NAME}. Received: none in {str(path)!r}")
    return Manifest.from_json(files[MANIFEST_NAME].decode("utf-8", "replace"))


def read_files(directory: PathLike, manifest: Manifest) -> dict[str, bytes]:
    """The contents of a bundle's files, each checked against the manifest; of a directory or its download form.

    Raises:
        BundleError: a file is missing, or its size or hash is another.
    """
    contents = {}
    packed = _unpacked(Path(directory)) if Path(directory).is_file() else None
    for name, expected in manifest.files.items():
        path = Path(directory) / name
        content = packed.get(name) if packed is not None else path.read_bytes() if path.is_file() else None
        if content is None:
            raise BundleError(
                f"A bundle must hold every file of its manifest. Received: no {name!r} in {str(directory)!r}"
            )
        actual = FileInfo.of(content)
        if actual != expected:
            raise BundleError(
                f"A file of a bundle must be what its manifest says, {expected.size} bytes with SHA-256 {expected.sha256}. "
                f"Received: {name!r} of {actual.size} bytes with SHA-256 {actual.sha256}; the bundle is damaged, copy or export it again"
            )
        contents[name] = content
    return contents
