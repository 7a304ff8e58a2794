"""A bundle, a directory or its download form: written whole or not at all, and refused when a byte has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from lite_transformer_tf.bundle.codec.errors import PackedDataError
from lite_transformer_tf.bundle.container import MAGIC, packed_limit, packed_sizes, unpack_file
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME, BundleError, FileInfo, Manifest
from lite_transformer_tf.files import PathLike, atomic_directory
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits, TooLargeError, read_limited


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


def read_manifest(path: PathLike, limits: Limits = DEFAULT_LIMITS) -> Manifest:
    """The manifest of a bundle, a directory or its download form.

    Args:
        path: The bundle.
        limits: Bytes that its files may have.

    Raises:
        BundleError: It is no bundle, one of another schema version, or one that is larger than the limits.
    """
    return _manifest(_Files(path, limits))


def read_bundle(path: PathLike, limits: Limits = DEFAULT_LIMITS) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest and the files of a bundle; see `read_manifest` and `read_files`."""
    files = _Files(path, limits)
    manifest = _manifest(files)
    return manifest, _checked(files, manifest)


def read_files(path: PathLike, manifest: Manifest, limits: Limits = DEFAULT_LIMITS) -> dict[str, bytes]:
    """The contents of a bundle's files, each checked against the manifest; of a directory or its download form.

    The sizes are compared before a file is read, and the hashes before anything looks into one.

    Raises:
        BundleError: A file is missing, its size or hash is different, or the files are larger than the limits.
    """
    return _checked(_Files(path, limits), manifest)


def read_bytes(path: PathLike, names: Collection[str], limits: Limits = DEFAULT_LIMITS) -> dict[str, bytes]:
    """Name -> content of those files that are there, in a directory or its download form.

    Raises:
        BundleError: `path` is a file, but no download form, or a damaged one, or a file is larger than the limits.
    """
    return _Files(path, limits).read(names)


def _manifest(files: _Files) -> Manifest:
    found = files.read([MANIFEST_NAME])
    if MANIFEST_NAME not in found:
        rule = f"A bundle is a directory with a {MANIFEST_NAME}, or its download form"
        raise BundleError(f"{rule}. Received: no {MANIFEST_NAME} in {str(files.path)!r}")
    return Manifest.from_json(found[MANIFEST_NAME])


def _checked(files: _Files, manifest: Manifest) -> dict[str, bytes]:
    sizes = files.sizes(manifest.files)
    for name, expected in manifest.files.items():
        if name not in sizes:
            rule = "A bundle must hold every file of its manifest"
            raise BundleError(f"{rule}. Received: no {name!r} in {str(files.path)!r}")
        if sizes[name] != expected.size:
            raise _damaged(name, expected, f"{sizes[name]} bytes")
    contents = files.read(manifest.files)
    for name, expected in manifest.files.items():
        actual = FileInfo.of(contents.get(name, b""))
        if actual != expected:
            raise _damaged(name, expected, f"{actual.size} bytes with SHA-256 {actual.sha256}")
    return contents


def _damaged(name: str, expected: FileInfo, received: str) -> BundleError:
    rule = f"{name} must have {expected.size} bytes and the SHA-256 {expected.sha256}, as the manifest says"
    return BundleError(f"{rule}; this bundle is damaged, copy or export it again. Received: {received}")


class _Files:
    """The files of a directory or of a download, whose sizes are known before they are read.

    Args:
        path: The bundle.
        limits: Bytes that its files may have.

    Raises:
        BundleError: `path` is a file, but no download form, or a larger one than the limits allow.
    """

    def __init__(self, path: PathLike, limits: Limits) -> None:
        self.path, self._limits = Path(path), limits
        self._packed = self._read_packed() if self.path.is_file() else None

    def sizes(self, names: Collection[str]) -> dict[str, int]:
        """Name -> bytes of those files that are there.

        Raises:
            BundleError: The download is damaged.
        """
        if self._packed is None:
            places = {name: self.path / name for name in names}
            return {name: place.stat().st_size for name, place in places.items() if place.is_file()}
        try:
            return {name: entry["size"] for name, entry in packed_sizes(self._packed).items() if name in names}
        except PackedDataError as error:
            raise BundleError(f"{self.path}: {error}") from error

    def read(self, names: Collection[str]) -> dict[str, bytes]:
        """Name -> content of those files that are there.

        Raises:
            BundleError: The download is damaged, or the files are larger than the limits.
        """
        sizes = self.sizes(names)
        self._require(sizes.get(MANIFEST_NAME, 0), self._limits.json_bytes, MANIFEST_NAME)
        self._require(sum(sizes.values()), self._limits.bundle_bytes, "The files of a bundle")
        try:
            if self._packed is not None:
                return unpack_file(self._packed, names, self._limits)
            return {name: read_limited(self.path / name, size) for name, size in sizes.items()}
        except (PackedDataError, TooLargeError) as error:
            raise BundleError(f"{self.path}: {error}") from error

    def _require(self, size: int, most: int, what: str) -> None:
        if size > most:
            rule = f"{what} must have at most {most:,} bytes, unless the reader allows more"
            raise BundleError(f"{rule}. Received: {size:,} in {str(self.path)!r}")

    def _read_packed(self) -> bytes:
        """The bytes of a download, of which the first are looked at before the rest is read."""
        with self.path.open("rb") as stream:
            first = stream.read(len(MAGIC))
        if first != MAGIC:
            rule = f"A bundle is a directory with a {MANIFEST_NAME}, or its download form, which begins with {MAGIC!r}"
            raise BundleError(f"{rule}. Received: {str(self.path)!r}, which begins with {first!r}")
        try:
            return read_limited(self.path, packed_limit(self._limits))
        except TooLargeError as error:
            raise BundleError(f"{self.path}: {error}") from error
