"""Shards: one corpus in many files, named by a pattern or a list, always in the same order."""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lite_transformer_tf.data.corpus import Corpus, Item, LeftOut, one_error

LISTED = 5  # names in a message
WILDCARD = re.compile(r"\*|\?|\[[^\]]+\]")


@dataclass(frozen=True)
class Shards(Corpus[Item]):
    """One corpus in several files, one after the other.

    A file that cannot be read does not end the reading: the others follow, and then all errors are raised as one.

    Args:
        title: Name in messages.
        entries: The corpora of the files, in order.
    """

    title: str
    entries: tuple[Corpus[Item], ...]

    @property
    def name(self) -> str:  # type: ignore[override]
        return self.title

    @property
    def shards(self) -> tuple[Corpus[Item], ...]:
        return self.entries

    def read(self, left_out: LeftOut) -> Iterator[Item]:
        errors: list[Exception] = []
        for shard in self.entries:
            try:
                yield from shard.read(left_out)
            except (ValueError, FileNotFoundError) as error:
                errors.append(error)
        if errors:
            raise one_error(errors)

    def digest(self) -> str:
        """SHA-256 over the shards in their order."""
        return hashlib.sha256("\n".join(shard.digest() for shard in self.entries).encode("ascii")).hexdigest()


def is_pattern(path: str) -> bool:
    """Whether a path has wildcards (`*`, `?`, `[...]`), and no file has that name."""
    return WILDCARD.search(path) is not None and not Path(path).exists()


def matches(pattern: str) -> dict[tuple[str, ...], str]:
    """The files of a pattern, sorted by name: what its wildcards stand for, and the path.

    Args:
        pattern: A path with wildcards; a `*` does not reach over a `/`.

    Raises:
        FileNotFoundError: There are none.
    """
    parts = WILDCARD.split(pattern)
    wildcards = {"*": "([^/]*)", "?": "([^/])"}
    found = [wildcards.get(entry, f"({_set(entry)})") for entry in WILDCARD.findall(pattern)]
    expression = re.compile("".join(re.escape(part) + group for part, group in zip(parts, [*found, ""])), re.DOTALL)
    paths = sorted(path for path in glob.glob(pattern) if Path(path).is_file())
    keys = {match.groups(): path for path in paths if (match := expression.fullmatch(path))}
    if not keys:
        raise FileNotFoundError(f"A pattern must match files. Received: {pattern!r}, which matches none")
    return keys


def _set(entry: str) -> str:
    """A set of characters as `glob` reads it, as a regular expression."""
    inner = entry[1:-1]
    return (
        f"[^{re.escape(inner[1:])}]" if inner.startswith("!") else f"[{re.escape(inner).replace(chr(92) + '-', '-')}]"
    )


def expanded(paths: Sequence[str]) -> list[str]:
    """The files of paths, each a pattern or a plain path, in order.

    Raises:
        FileNotFoundError: A pattern matches none.
    """
    return [path for entry in paths for path in (matches(entry).values() if is_pattern(entry) else [entry])]


def paired(sources: Sequence[str], targets: Sequence[str]) -> list[tuple[str, str]]:
    """The shards of the two sides of a parallel text.

    Args:
        sources, targets: Paths or patterns, as many of one side as of the other. Two patterns belong to each other:
            their files are paired by what the wildcards stand for.

    Raises:
        FileNotFoundError: A pattern matches no files.
        ValueError: The sides have different shards.
    """
    if len(sources) != len(targets):
        rule = "Both sides of a parallel text must have equally many shards"
        raise ValueError(f"{rule}. Received: {len(sources)} of the source, {len(targets)} of the target")
    return [pair for source, target in zip(sources, targets) for pair in _two(source, target)]


def _two(source: str, target: str) -> list[tuple[str, str]]:
    patterns = is_pattern(source), is_pattern(target)
    if not any(patterns):
        return [(source, target)]
    if not all(patterns) or len(WILDCARD.findall(source)) != len(WILDCARD.findall(target)):
        rule = "The patterns of source and target must have equally many wildcards"
        raise ValueError(f"{rule}. Received: {source!r} and {target!r}")
    found = matches(source), matches(target)
    if found[0].keys() != found[1].keys():
        alone = [path for one, other in (found, found[::-1]) for key, path in one.items() if key not in other]
        more = f" and {len(alone) - LISTED} more" if len(alone) > LISTED else ""
        rule = "Every shard of one side must have its other side"
        raise ValueError(f"{rule}. Received: {', '.join(map(repr, alone[:LISTED]))}{more}, without one")
    return [(path, found[1][key]) for key, path in found[0].items()]
