"""What a bundle of a compression was made from: it is used again only for the same, and only as it was written.

bundles/NAME.made.json lies beside bundles/NAME and its download, and is written after both.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lite_transformer_tf.bundle.archive import SUFFIX
from lite_transformer_tf.bundle.directory import read_bundle
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME, BundleError
from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.data.made_from import SUFFIX as MADE_SUFFIX
from lite_transformer_tf.data.made_from import MadeFrom
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.version import VERSION


def key_of(model: Path, job: ExportJob) -> dict[str, Any]:
    """All that a bundle depends on, in plain values.

    Args:
        model: Directory of the model.
        job: The export.
    """
    files = {path.name: file_digest(path) for path in sorted(model.iterdir()) if path.is_file()}
    return {
        "model": files,
        "task": job.task,
        "variant": job.variant,
        "graph": json.loads(json.dumps(dataclasses.asdict(job.graph))),
        "check set": _digest((job.check_texts, job.references)),
        "calibration": _digest((job.calibration,)),
        "version": VERSION,
    }


def _digest(texts: Sequence[Sequence[str]]) -> str:
    return hashlib.sha256(json.dumps([list(part) for part in texts]).encode()).hexdigest()


@dataclass(frozen=True)
class MadeBundle:
    """A bundle, its download, and what they were made from.

    Args:
        directory: Of the bundle.
    """

    directory: Path

    @property
    def packed(self) -> Path:
        """The download."""
        return self.directory.with_name(self.directory.name + SUFFIX)

    @property
    def record(self) -> Path:
        """What both were made from."""
        return self.directory.with_name(self.directory.name + MADE_SUFFIX)

    @property
    def _made_from(self) -> MadeFrom:
        return MadeFrom(self.record, {"manifest": self.directory / MANIFEST_NAME, "download": self.packed})

    def fault(self, key: Mapping[str, Any]) -> str | None:
        """Why the bundle cannot be used again for a key; None when it can."""
        different = self._made_from.different(key)
        if different is None:
            return f"{self.record.name}, which says what it was made from, is missing or damaged"
        if different:
            return f"it was made from another {', '.join(different)}"
        try:
            read_bundle(self.directory)
        except (BundleError, OSError) as error:
            return str(error)
        return None if self._made_from.as_written("manifest") else f"{MANIFEST_NAME} has other bytes than were written"

    def download_fault(self) -> str | None:
        """Why the download cannot be used again; None when it can."""
        if self._made_from.stored() is None:
            return "nothing says what it was made from"
        if not self.packed.is_file():
            return "it is missing"
        return None if self._made_from.as_written("download") else "it has other bytes than were written"

    def write_record(self, key: Mapping[str, Any]) -> None:
        """Says what the bundle and the download that are there were made from."""
        self._made_from.write(key)
