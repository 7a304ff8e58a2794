"""A bundle, a directory or its download form: written whole or not at all, and refused when a byte has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from lite_transformer_tf.bundle.codec.errors import PackedDataError
from lite_transformer_tf.bundle.container import MAGIC, unpack_file
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
        directory: A new or empty directory, or with `overwrite` another bundle, which it replaces.
        manifest: The manifest; its `files` are filled in here.
        files: Name to content; the model and the vocabularies are among them.
        overwrite: Whether another bundle may be replaced.
        check: Called with the written directory before it takes its place; what it raises leaves nothing behind.

    Returns:
        the manifest as written.

    Raises:
        BundleError: The manifest names files that are not there.
        FileExistsError: The directory may not be replaced.
    """
    complete = replace(manifest, files={name: FileInfo.of(content) for name, content in sorted(files.items())})
    complete.require_files()
    with atomic_directory(directory, overwrite=overwrite, marker=MANIFEST_NAME) as temporary:
        for name, content in files.items():
            (temporary / name).write_bytes(content)
        (temporary / MANIFEST_NAME).write_text(complete.to_json(), encoding="utf-8")
        if check is not None:
            check(temporary)
    return complete


def read_manifest(path: PathLike) -> Manifest:
    """The manifest of a bundle, a directory or its download form.

    Raises:
        BundleError: It is no bundle, or one of another schema version.
    """
    found = read_bytes(path, [MANIFEST_NAME])
    if MANIFEST_NAME not in found:
        rule = f"A bundle is a directory with a {MANIFEST_NAME}, or its download form"
        raise BundleError(f"{rule}. Received: no {MANIFEST_NAME} in {str(path)!r}")
    return Manifest.from_json(found[MANIFEST_NAME])


def read_bundle(path: PathLike) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest and the files of a bundle; see `read_manifest` and `read_files`."""
    manifest = read_manifest(path)
    return manifest, read_files(path, manifest)


def read_files(path: PathLike, manifest: Manifest) -> dict[str, bytes]:
    """The contents of a bundle's files, each checked against the manifest; of a directory or its download form.

    Raises:
        BundleError: A file is missing, or its size or hash is different.
    """
    contents = read_bytes(path, manifest.files)
    for name, expected in manifest.files.items():
        if name not in contents:
            rule = "A bundle must hold every file of its manifest"
            raise BundleError(f"{rule}. Received: no {name!r} in {str(path)!r}")
        actual = FileInfo.of(contents[name])
        if actual != expected:
            rule = f"{name} must have {expected.size} bytes and the SHA-256 {expected.sha256}, as the manifest says"
            raise BundleError(
                f"{rule}; this bundle is damaged, copy or export it again. "
                f"Received: {actual.size} bytes with SHA-256 {actual.sha256}"
            )
    return contents


def read_bytes(path: PathLike, names: Collection[str]) -> dict[str, bytes]:
    """Name -> content of those files that are there, in a directory or its download form.

    Raises:
        BundleError: `path` is a file, but no download form, or a damaged one.
    """
    folder = Path(path)
    if not folder.is_file():
        return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    data = folder.read_bytes()
    if not data.startswith(MAGIC):
        rule = f"A bundle is a directory with a {MANIFEST_NAME}, or its download form, which begins with {MAGIC!r}"
        raise BundleError(f"{rule}. Received: {str(path)!r}, which begins with {data[: len(MAGIC)]!r}")
    try:
        return unpack_file(data, names)
    except PackedDataError as error:
        raise BundleError(f"{path}: {error}") from error
