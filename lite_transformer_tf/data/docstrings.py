"""A corpus for summarization without a download: docstrings of the standard library and of our dependencies.

The document is the prose of a docstring, the summary its first sentence. Source files are parsed, never imported;
nothing of them is copied here. Other versions of the packages give slightly different pairs in the same splits, because
a split depends only on the module's name.

`python -m lite_transformer_tf.data.docstrings --output DIRECTORY` writes train.jsonl.gz, valid.jsonl.gz, test.jsonl.gz.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import gc
import gzip
import hashlib
import importlib.util
import json
import sysconfig
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lite_transformer_tf.data.docstring_text import is_prose, summary_and_body
from lite_transformer_tf.files import PathLike, atomic_write_bytes

PACKAGES = (  # import names; those that are not installed are passed over
    *(
        "numpy",
        "tensorflow",
        "tf_keras",
        "keras",
        "keras_core",
        "keras_nlp",
        "tensorflow_text",
        "tensorflow_model_optimization",
    ),
    *(
        "ai_edge_litert",
        "ai_edge_quantizer",
        "sentencepiece",
        "sacrebleu",
        "rouge_score",
        "nltk",
        "matplotlib",
        "mpl_toolkits",
    ),
    *(
        "scipy",
        "h5py",
        "absl",
        "google.protobuf",
        "PIL",
        "pyparsing",
        "dateutil",
        "fontTools",
        "rich",
        "pygments",
        "requests",
    ),
    *("urllib3", "joblib", "click", "regex", "tqdm", "yaml", "packaging", "optree", "tree", "wrapt", "portalocker"),
    *("setuptools", "pip", "pkg_resources"),
)
SKIPPED = frozenset(
    {"site-packages", "dist-packages", "test", "tests", "testing", "idlelib", "lib2to3", "__pycache__", "_vendor"}
)
SPLITS = {
    "test": 5,
    "valid": 10,
}  # of 100: a module whose hash is below the first is test text, below the second validation text
SUMMARY_WORDS = (3, 30)
BODY_WORDS = (8, 400)
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class DocstringPair:
    """Prose of a docstring and its first sentence.

    Args:
        document, summary: One line of plain text each.
        module: Dotted name of the module with the docstring.
    """

    document: str
    summary: str
    module: str


def package_roots(names: Iterable[str] = PACKAGES) -> dict[str, Path]:
    """Directories of the standard library ("") and of the installed packages by import name; nothing is imported."""
    roots = {"": Path(sysconfig.get_paths()["stdlib"])}
    for name in names:
        parent, _, child = name.rpartition(".")
        specification = importlib.util.find_spec(parent or child)
        locations = (
            [Path(location) for location in (specification.submodule_search_locations or ())] if specification else []
        )
        for location in [place / child for place in locations] if parent else locations:
            if location.is_dir():
                roots.setdefault(name, location)
    return roots


def _module_name(package: str, path: Path) -> str:
    parts = [part for part in (package, *path.with_suffix("").parts) if part and part != "__init__"]
    return ".".join(parts) or package


def source_files(package: str, root: Path) -> Iterator[tuple[str, Path]]:
    """(module, file) of a package's Python files, sorted by module name, without tests and bundled packages."""
    found = []
    for path in root.rglob("*.py"):
        relative = path.relative_to(root)
        if (
            not SKIPPED.intersection(relative.parts)
            and not path.stem.endswith("_test")
            and not path.stem.startswith("test_")
        ):
            found.append((_module_name(package, relative), path))
    return iter(sorted(found))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Switches garbage collection off: parsing then takes half the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _docstrings(node: ast.AST) -> Iterator[str]:
    """Docstrings of a module and of all classes and functions in it, in the order of the source."""
    if isinstance(node, _DOCUMENTED) and (text := ast.get_docstring(node, clean=False)):
        yield text
    for name in ("body", "orelse", "handlers", "finalbody"):
        for child in getattr(node, name, ()):
            if isinstance(child, ast.stmt | ast.excepthandler):
                yield from _docstrings(child)


def read_docstrings(path: Path) -> list[str]:
    """The docstrings of a source file; none if this Python cannot read or parse it."""
    try:
        content = path.read_bytes()
        if b'"""' not in content and b"'''" not in content:
            return []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old escapes in other people's code
            return list(_docstrings(ast.parse(content)))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return []


def make_pair(docstring: str, module: str) -> DocstringPair | None:
    """The pair of a docstring; `None` when one of its sides is too short, too long, or not prose."""
    summary, document = summary_and_body(docstring)
    lengths = len(summary.split()), len(document.split())
    fits = SUMMARY_WORDS[0] <= lengths[0] <= SUMMARY_WORDS[1] and BODY_WORDS[0] <= lengths[1] <= BODY_WORDS[1]
    sentence = summary[:1].isalpha() and not summary.endswith((":", ",", "..."))
    good = fits and sentence and is_prose(summary)
    return DocstringPair(document, summary, module) if good and _is_unicode(summary + document) else None


def _is_unicode(text: str) -> bool:
    try:
        return text.encode("utf-8") is not None
    except UnicodeEncodeError:  # lone surrogates, which escapes can make
        return False


def collect(roots: dict[str, Path]) -> list[DocstringPair]:
    """The pairs of packages, each document and each summary once, in the order of a hash, which mixes the packages.

    Args:
        roots: Directories by package name. Of packages with the same text, the first one keeps it.
    """
    documents: set[str] = set()
    summaries: set[str] = set()
    pairs = []
    with _no_collection():
        for package, root in roots.items():
            for module, path in source_files(package, root):
                for docstring in read_docstrings(path):
                    pair = make_pair(docstring, module)
                    if pair and pair.document not in documents and pair.summary.lower() not in summaries:
                        documents.add(pair.document)
                        summaries.add(pair.summary.lower())
                        pairs.append(pair)
    return sorted(pairs, key=lambda pair: _hash(f"{pair.module} {pair.document}"))


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")


def split_of(module: str) -> str:
    """The split of a module's docstrings."""
    number = _hash(f"split {module}") % 100
    return next((split for split, below in SPLITS.items() if number < below), "train")


@lru_cache(maxsize=1)
def _installed() -> tuple[DocstringPair, ...]:
    return tuple(collect(package_roots()))


def docstring_pairs(split: str) -> list[DocstringPair]:
    """The pairs of a split, `"train"`, `"valid"` or `"test"`, from the packages installed here.

    No module is in two splits, and no document or summary occurs twice. The first call parses some 5,000 files.

    Raises:
        ValueError: an unknown split.
    """
    if split not in ("train", *SPLITS):
        raise ValueError(f"A split of the docstrings must be 'train', 'valid' or 'test'. Received: {split!r}")
    return [pair for pair in _installed() if split_of(pair.module) == split]


def write_corpus(directory: PathLike, pairs: Sequence[DocstringPair] | None = None) -> dict[str, int]:
    """Writes train.jsonl.gz, valid.jsonl.gz and test.jsonl.gz, objects with `document`, `summary` and `module`.

    Args:
        directory: Made if it is missing.
        pairs: Pairs to write. `None` writes the whole corpus.

    Returns:
        The number of pairs in each split.
    """
    counts = {}
    for split in ("train", *SPLITS):
        chosen = [pair for pair in (_installed() if pairs is None else pairs) if split_of(pair.module) == split]
        lines = "".join(json.dumps(dataclasses.asdict(pair), ensure_ascii=False) + "\n" for pair in chosen)
        atomic_write_bytes(Path(directory) / f"{split}.jsonl.gz", gzip.compress(lines.encode("utf-8"), mtime=0))
        counts[split] = len(chosen)
    return counts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m lite_transformer_tf.data.docstrings", description="Writes the corpus as JSON Lines."
    )
    parser.add_argument(
        "--output", required=True, metavar="DIR", help="directory for train.jsonl.gz, valid.jsonl.gz and test.jsonl.gz"
    )
    print(write_corpus(parser.parse_args().output))
