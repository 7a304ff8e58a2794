"""Errors of any library in one sentence for the user, and their exit codes. No library is imported for that."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator
from types import FrameType

from lite_transformer_tf._extras import MissingExtraError, explain
from lite_transformer_tf.boundary.errors import CLOSED_PIPE, FAILED, FAULT, INTERRUPTED, WRONG, Failure

LONGEST = 1900  # characters of a message
LONGEST_WORD = 300  # characters without a space between them, such as a path
HEAD, TAIL = 160, 80  # of these, the ones that are shown of a longer one
VARIABLE = "LITE_TRANSFORMER_TRACEBACK"
NODE = re.compile(r"\{\{[^}]*\}\}")
LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
ZERO_BYTE = ("embedded null byte", "embedded null character")
"""How Python's own messages about a path with a zero byte begin."""
DROPPED = ("Graph execution error", "Detected at node", "Traceback", "Stack trace", "Errors may have", "Hint:", "Node:")
"""Beginnings of lines of TensorFlow's messages that say where, not what."""
Told = tuple[int, str]
"""The exit code and the sentence."""

SYSTEM = {
    errno.ENOSPC: (FAILED, "The disk must have room"),
    errno.EDQUOT: (FAILED, "The disk must have room within your quota"),
    errno.EFBIG: (FAILED, "The file system must take files of this size"),
    errno.EIO: (FAILED, "The disk must work"),
    errno.EMFILE: (FAILED, "Too many files are open at once (ulimit -n)"),
    errno.ENFILE: (FAILED, "Too many files are open on this machine"),
    errno.ENOMEM: (FAILED, "There must be enough memory"),
    errno.EBADF: (FAILED, "A standard stream must be open"),
    errno.ENOENT: (WRONG, "The path must exist"),
    errno.EACCES: (WRONG, "You must have the right to read or write the path"),
    errno.EPERM: (WRONG, "You must have the right to change the path"),
    errno.EROFS: (WRONG, "The path must lie where you may write, not on a read-only file system"),
    errno.EISDIR: (WRONG, "The path must be a file, not a directory"),
    errno.ENOTDIR: (WRONG, "The path must lie in a directory"),
    errno.EEXIST: (WRONG, "The path must be new"),
    errno.ENOTEMPTY: (WRONG, "The directory must be empty"),
    errno.ENAMETOOLONG: (WRONG, "The name of a file must be shorter"),
    errno.ELOOP: (WRONG, "The links of a path must end somewhere"),
}
"""Errors of the system: exit code, and the rule that was broken."""

MEMORY = "There is not enough memory. Use a smaller batch or model, or close other programs"
TENSORFLOW = "tensorflow.python.framework.errors_impl."
DAMAGED = "A file must be whole, and of the kind that its name says"
CLASSES = {
    "builtins.MemoryError": (FAILED, MEMORY),
    "builtins.RecursionError": (WRONG, "A text or a setting must not be nested so deeply"),
    "builtins.UnicodeDecodeError": (WRONG, "A text must be UTF-8"),
    "builtins.UnicodeEncodeError": (WRONG, "A text must be Unicode that the output can write (PYTHONIOENCODING=utf-8)"),
    "builtins.EOFError": (WRONG, DAMAGED),
    "json.decoder.JSONDecodeError": (WRONG, "A document must be JSON"),
    "yaml.error.YAMLError": (WRONG, "A document must be YAML"),
    "zipfile.BadZipFile": (WRONG, DAMAGED),
    "gzip.BadGzipFile": (WRONG, DAMAGED),
    "zlib.error": (WRONG, DAMAGED),
    "_lzma.LZMAError": (WRONG, DAMAGED),
    "zstandard.backend_c.ZstdError": (WRONG, DAMAGED),
    "struct.error": (WRONG, DAMAGED),
    "_csv.Error": (WRONG, DAMAGED),
    "google.protobuf.message.DecodeError": (WRONG, DAMAGED),
    "_pickle.UnpicklingError": (WRONG, DAMAGED),
    "subprocess.CalledProcessError": (FAILED, "Another program failed"),
    "subprocess.TimeoutExpired": (FAILED, "Another program took too long"),
    f"{TENSORFLOW}ResourceExhaustedError": (FAILED, MEMORY),
    f"{TENSORFLOW}NotFoundError": (WRONG, "The path must exist"),
    f"{TENSORFLOW}AlreadyExistsError": (WRONG, "The path must be new"),
    f"{TENSORFLOW}PermissionDeniedError": (WRONG, "You must have the right to read or write the path"),
    f"{TENSORFLOW}DataLossError": (WRONG, DAMAGED),
    f"{TENSORFLOW}UnavailableError": (FAILED, "Another worker does not answer"),
    f"{TENSORFLOW}DeadlineExceededError": (FAILED, "Another worker does not answer in time"),
    f"{TENSORFLOW}AbortedError": (FAILED, "Another worker ended"),
    f"{TENSORFLOW}CancelledError": (FAILED, "TensorFlow cancelled an operation"),
    f"{TENSORFLOW}UnimplementedError": (FAILED, "TensorFlow has no such operation on this device"),
    f"{TENSORFLOW}OpError": (FAILED, "TensorFlow refused an operation"),
}
"""Full names of classes, the error's own first, then its bases': exit code, and what is wrong."""

LIBRARIES = {
    "sentencepiece": (WRONG, "A vocabulary must be one that SentencePiece reads"),
    "ai_edge_litert": (FAILED, "LiteRT cannot run the model's file"),
    "lite_transformer_tf.litert.runtime.signature": (FAILED, "LiteRT cannot run the model's file"),
    "ai_edge_quantizer": (FAILED, "The quantizer refused the model's file"),
    "tensorflow": (FAILED, "TensorFlow refused an operation"),
    "tensorflow_text": (WRONG, "A vocabulary must be one that TensorFlow reads"),
    "tf_keras": (FAILED, "Keras refused an operation"),
    "yaml": (WRONG, "A document must be YAML"),
    "zipfile": (WRONG, DAMAGED),
    "matplotlib": (FAILED, "The plot cannot be drawn"),
    "sacrebleu": (FAILED, "sacreBLEU cannot score the texts"),
    "rouge_score": (FAILED, "ROUGE cannot score the texts"),
}
"""Packages, and modules that call C code, where an error of a common class arose: exit code, and what is wrong."""


def told(error: BaseException, program: str, extra: str | None = None) -> Told:
    """The exit code of an error, and one line for the user.

    Args:
        error: Whatever a program raised, but `SystemExit`.
        program: Name of the program, for messages.
        extra: Part of an installation that it needs, see `_extras.explain`.
    """
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, f"{program}: interrupted"
    if isinstance(error, BrokenPipeError):
        return CLOSED_PIPE, ""
    if isinstance(error, ModuleNotFoundError):
        missing = error if isinstance(error, MissingExtraError) else explain(error, f"`{program}`", extra)
        if missing is not None:
            return WRONG, one_line(str(missing))
    code, sentence = _told(error)
    return code, f"{program}: {one_line(sentence)}"


def _told(error: BaseException) -> Told:
    if isinstance(error, Failure):
        return FAILED, str(error)
    if isinstance(error, OSError) and error.errno is not None:
        return _system(error)
    names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    if "No space left on device" in str(error):  # what TensorFlow makes of a full disk is no lack of memory
        return FAILED, f"{SYSTEM[errno.ENOSPC][1]}. Received: {first_line(error)}"
    if "pydantic_core._pydantic_core.ValidationError" in names:
        return WRONG, _finding(error)
    for name in names:
        if name in CLASSES:
            code, rule = CLASSES[name]
            return code, f"{rule}. Received: {first_line(error) or type(error).__name__}"
    if isinstance(error, ValueError) and str(error).startswith(ZERO_BYTE):
        return WRONG, "The name of a file must have no zero byte. Received: one with a zero byte"
    if isinstance(error, ValueError | OSError):
        library = _library(error)
        if library is None or _is_sentence(str(error)):
            return WRONG, str(error) or type(error).__name__
        code, rule = LIBRARIES[library]
        return WRONG, f"{rule}. Received: {first_line(error)}"
    if isinstance(error, RuntimeError) and _is_sentence(str(error)):
        return FAILED, str(error)
    if (library := _library(error)) is not None:
        code, rule = LIBRARIES[library]
        return code, f"{rule}. Received: {type(error).__name__}: {first_line(error)}"
    rule = f"This is a fault of the program, or a value that it does not check; {VARIABLE}=1 shows where it arose"
    return FAULT, f"{rule}. Received: {type(error).__name__}: {first_line(error)}"


def _is_sentence(text: str) -> bool:
    return ". Received: " in text


def _system(error: OSError) -> Told:
    code, rule = SYSTEM.get(error.errno or 0, (WRONG, error.strerror or os.strerror(error.errno or 0)))
    if error.strerror is None and _is_sentence(str(error)):  # one of this package, such as `OutputError`
        return code, str(error)
    named = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    received = " and ".join(map(repr, named)) or error.strerror or str(error)
    detail = f" ({error.strerror})" if named and error.errno not in SYSTEM else ""
    return code, f"{rule}. Received: {received}{detail}"


def _finding(error: BaseException) -> str:
    """pydantic's first finding; the module of its words is imported already when pydantic is."""
    from lite_transformer_tf.settings.findings import problem

    return problem(error)  # type: ignore[arg-type]


def _library(error: BaseException) -> str | None:
    """The entry of `LIBRARIES` whose code raised an error."""
    modules = [str(frame.f_globals.get("__name__", "")) for frame in _frames(error)]
    last = modules[-1] if modules else ""
    return next((name for name in (last, last.split(".")[0]) if name in LIBRARIES), None)


def _frames(error: BaseException) -> Iterator[FrameType]:
    place = error.__traceback__
    while place is not None:
        yield place.tb_frame
        place = place.tb_next


def first_line(error: BaseException) -> str:
    """The line of a message that says what happened, without frames, nodes of graphs and notes about debugging."""
    lines = [NODE.sub("", line).strip() for line in str(error).splitlines() if not line.startswith((" ", "\t"))]
    found = next((line for line in lines if line and not line.startswith(DROPPED)), "")
    return found.partition(" [Op:")[0]


def one_line(text: str) -> str:
    """A text without line breaks and without characters that could command a terminal, of bounded length.

    A long value, such as a path of thousands of characters, is shown by its beginning and its end.
    """
    plain = (c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in _spaced(text))
    text = LONG_WORD.sub(lambda found: _shortened(found[0], HEAD, TAIL), "".join(plain))
    return text if len(text) <= LONGEST else _shortened(text, LONGEST - 2 * TAIL, TAIL)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _shortened(text: str, head: int, tail: int) -> str:
    return f"{text[:head]}... ({len(text) - head - tail:,} more characters) ...{text[-tail:]}"


def wants_traceback() -> bool:
    """Whether the user asked for the traceback of an error."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


def print_traceback(error: BaseException) -> None:
    """Writes the traceback of an error to standard error."""
    import traceback

    traceback.print_exception(error, file=sys.stderr)
