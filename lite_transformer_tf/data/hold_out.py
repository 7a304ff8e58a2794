"""A validation set for a corpus that has none: held out by a hash of each text, never by its position."""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic

from lite_transformer_tf.data.corpus import Corpus, Item, LeftOut, mixture

PERSON = b"hold-out 1"
LEAST, MOST = 20, 1000  # aims of the automatic share; the power of two above it holds out up to twice as many
USUAL, LARGEST = 0.01, 0.2  # shares: of a large corpus, and of a very small one


def text_of(item: object) -> str:
    """The text that decides: the source of a pair, or the line itself."""
    return item if isinstance(item, str) else item[0]  # type: ignore[index]


def key_of(text: str) -> str:
    """The same for texts that differ only in case, width or white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def position(text: str) -> float:
    """Where a text lies in [0, 1), by a hash of its key."""
    digest = hashlib.blake2b(key_of(text).encode("utf-8", "surrogatepass"), digest_size=8, person=PERSON).digest()
    return (int.from_bytes(digest, "big") >> 11) / (1 << 53)


def automatic_share(count: int) -> float:
    """The share of a corpus of `count` items that is held out: a power of one half.

    It is the smallest one that is expected to hold out 1 % of the items, but at least 20 of them, if these are no more
    than a fifth, and no more than 1,000: 1/8 of 200 items, 1/64 of 2,000 to 100,000. When a corpus grows, its share
    stays or is halved, at most once while it doubles: held-out items go back to training, and none comes the other way.
    """
    aim = min(max(USUAL * count, LEAST), LARGEST * count, MOST)
    return 2.0 ** -math.floor(math.log2(count / aim)) if count else 0.0


def is_held_out(item: object, share: float) -> bool:
    """Whether an item belongs to the share that is held out. Blank ones never do."""
    text = text_of(item)
    return position(text) < share and bool(text.strip())


@dataclass(frozen=True)
class Rest(Corpus[Item]):
    """The items of a corpus that are not held out.

    Args:
        corpus: The corpus.
        share: The share that is.
    """

    corpus: Corpus[Item]
    share: float

    @property
    def name(self) -> str:  # type: ignore[override]
        return self.corpus.name

    @property
    def shards(self) -> tuple[Corpus[Item], ...]:
        return tuple(Rest(shard, self.share) for shard in self.corpus.shards)

    def read(self, left_out: LeftOut) -> Iterator[Item]:
        return (item for item in self.corpus.read(left_out) if not is_held_out(item, self.share))

    def digest(self) -> str:
        return hashlib.sha256(f"{self.corpus.digest()}\nwithout {self.share!r}".encode("ascii")).hexdigest()


@dataclass(frozen=True)
class HeldOut(Generic[Item]):
    """A corpus in two parts.

    Args:
        train: The items for training.
        valid: The held-out items, in order, each once.
        notice: A sentence for the log.
    """

    train: Corpus[Item]
    valid: tuple[Item, ...]
    notice: str


def hold_out(corpus: Corpus[Item], share: float | None = None) -> HeldOut[Item]:
    """Holds out items for validation. All items with the text of a held-out one are held out, so that none is trained
    on; duplicates are validated once.

    Args:
        corpus: Training items.
        share: Share of the items, in (0, 1). `None` takes `automatic_share`, which counts the items first.

    Raises:
        ValueError: One of the two parts would be empty.
    """
    if share is None:
        share = automatic_share(sum(1 for item in corpus if text_of(item).strip()))
    found: list[Item] = []
    kept = 0
    for item in corpus:
        if is_held_out(item, share):
            found.append(item)
        else:
            kept += 1
    valid = tuple(dict.fromkeys(found))
    if not valid or not kept:
        rule = "Without a validation set some texts of the training set are held out, which needs more different texts"
        raise ValueError(f"{rule}: name a validation set. Received: {corpus.name}, {kept} and {len(found)} held out")
    twice = f" ({len(found) - len(valid)} duplicates left out)" if len(found) > len(valid) else ""
    notice = (
        f"no validation set: {len(valid)} held out for validation{twice}, {kept} left for training, "
        f"by a hash of the text, share {share:.6g}"
    )
    return HeldOut(mixture((Rest(part, share), weight) for part, weight in corpus.parts), valid, notice)
