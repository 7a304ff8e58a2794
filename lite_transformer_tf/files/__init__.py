"""Writing files and directories so that a reader never sees a half-written one, also after a power cut.

A new file is written beside its place under a temporary name, flushed to the disk, and renamed. What a killed program
leaves behind is removed by the next one that writes the same file; a program that still writes holds a lock on its own.
"""

from lite_transformer_tf.files.atomic import atomic_file, atomic_write_bytes, atomic_write_json, atomic_write_text
from lite_transformer_tf.files.checks import check_output, check_writable
from lite_transformer_tf.files.directories import atomic_directory
from lite_transformer_tf.files.errors import OutputError, PathLike
from lite_transformer_tf.files.kinds import opened_at_once, received
from lite_transformer_tf.files.leftovers import is_leftover, remove_leftovers
from lite_transformer_tf.files.syncing import sync_directory, sync_file
from lite_transformer_tf.files.temporary import temporary_directory

__all__ = [
    "OutputError",
    "PathLike",
    "atomic_directory",
    "atomic_file",
    "atomic_write_bytes",
    "atomic_write_json",
    "atomic_write_text",
    "check_output",
    "check_writable",
    "is_leftover",
    "opened_at_once",
    "received",
    "remove_leftovers",
    "sync_directory",
    "sync_file",
    "temporary_directory",
]
