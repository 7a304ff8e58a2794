"""The embedded corpus: how a docstring becomes a pair, and what holds for the packages that are installed."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from pathlib import Path

import pytest

from lite_transformer_tf.data.docstring_text import first_sentence, plain, summary_and_body
from lite_transformer_tf.data.docstrings import (
    DocstringPair,
    collect,
    docstring_pairs,
    package_roots,
    split_of,
    write_corpus,
)

MARKUP = """Return the ``length`` of :class:`~shapes.Line`, e.g. of a *straight* one.  It is never negative.

    The second paragraph [1]_ goes on with `more words <https://example.org>`_ and
    a list:

    * the first point,
    * the second **point**.

    >>> length(3)
    3

    It can be used like this::

        length(4)

    .. versionadded:: 1.2
       And nothing else.

    Args:
        line: the line.
            Its ends differ.

    Behind the section stands prose again.

    Notes
    -----
    The notes are prose as well.

    Examples
    --------
    This is left out, for it is about code.
    """


def test_markup_becomes_plain_text() -> None:
    summary, body = summary_and_body(MARKUP)
    assert summary == "Return the length of Line, e.g. of a straight one."
    points = "It is never negative. the first point, the second point."
    assert body == f"{points} Behind the section stands prose again. The notes are prose as well."


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("See [the guide](https://example.org/x) for it.", "See the guide for it."),
        (":func:`a.b` calls :meth:`~c.d.e()` or ``f(x)``.", "a.b calls e() or f(x)."),
        ("Numbers 2*3 and a * b, *args", "Numbers 2*3 and a * b, *args"),
        ("More at https://example.org/path .", "More at."),
        ("a `name`_ and `title <x.html>`__", "a name and title"),
    ],
)
def test_inline_markup(marked: str, expected: str) -> None:
    assert plain(marked) == expected


def test_first_sentences() -> None:
    assert first_sentence("Use e.g. Keras. It works.") == ("Use e.g. Keras.", "It works.")
    assert first_sentence("No end") == ("No end", "")
    assert first_sentence("By D. Knuth. Yes.") == ("By D. Knuth.", "Yes.")


MODULES = {
    "__init__.py": (
        '"""Everything about boxes and lids.\n\nA box holds things, and a lid closes the box from above."""\n'
    ),
    "boxes.py": (
        'class Box:\n    """A box that holds things.\n\n'
        '    It has six sides, and any number of things fit inside of it.\n    """\n\n'
        '    def open(self):\n        """Open the box again.\n\n'
        '        Nothing happens when the box is already open, or has no lid.\n        """\n\n'
        '    def short(self):\n        """Too short."""\n'
    ),
    "lids.py": (
        '"""Lids for all boxes here.\n\nEvery lid fits on every box, for all boxes have one size."""\n\n'
        'if True:\n    def close():\n        """Open the box again.\n\n'
        '        The same sentence as that of another function in this package.\n        """\n'
    ),
    "broken.py": (
        'def broken(:\n    """Never seen by anyone.\n\n'
        '    This file is no Python, hence nothing of it is in the corpus."""\n'
    ),
    "tests/test_boxes.py": (
        '"""Tests of the boxes.\n\nTests are left out, for they say little in their docstrings about anything."""\n'
    ),
}


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("packages") / "boxes"
    for name, text in MODULES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_a_small_package(package: Path) -> None:
    pairs = collect({"boxes": package})
    assert set(pairs) == {
        DocstringPair(
            "A box holds things, and a lid closes the box from above.", "Everything about boxes and lids.", "boxes"
        ),
        DocstringPair(
            "It has six sides, and any number of things fit inside of it.", "A box that holds things.", "boxes.boxes"
        ),
        DocstringPair(
            "Nothing happens when the box is already open, or has no lid.", "Open the box again.", "boxes.boxes"
        ),
        DocstringPair(
            "Every lid fits on every box, for all boxes have one size.", "Lids for all boxes here.", "boxes.lids"
        ),
    }
    digest = hashlib.sha256(
        "\n".join(f"{pair.module}\t{pair.document}\t{pair.summary}" for pair in pairs).encode()
    ).hexdigest()
    assert digest[:16] == "787faa4bde9fdb7e", "the order is part of the corpus"


def test_nothing_is_imported(package: Path) -> None:
    collect({"boxes": package})
    assert not [name for name in sys.modules if name.split(".")[0] == "boxes"]


@pytest.fixture(scope="module")
def some_packages() -> list[DocstringPair]:
    roots = package_roots(("numpy", "packaging", "no_such_package"))
    assert set(roots) == {"", "numpy", "packaging"}
    return collect({name: root for name, root in roots.items() if name})


def test_facts_of_installed_packages(some_packages: list[DocstringPair]) -> None:
    assert len(some_packages) >= 700
    assert (
        len({pair.document for pair in some_packages})
        == len({pair.summary.lower() for pair in some_packages})
        == len(some_packages)
    )
    modules = {
        split: {pair.module for pair in some_packages if split_of(pair.module) == split}
        for split in ("train", "valid", "test")
    }
    assert all(modules.values())
    for pair in some_packages:
        assert 3 <= len(pair.summary.split()) <= 30 and 8 <= len(pair.document.split()) <= 400
        assert not {">>>", "```", "``", ":param"} & set(f"{pair.summary} {pair.document}".split())
        assert "\n" not in pair.document + pair.summary


def test_split_is_a_function_of_the_module() -> None:
    shares = [split_of(f"package.module_{number}") for number in range(4000)]
    assert shares.count("test") == pytest.approx(200, abs=50) and shares.count("valid") == pytest.approx(200, abs=50)
    assert split_of("numpy.linalg") == split_of("numpy.linalg")
    with pytest.raises(ValueError, match="must be 'train', 'valid' or 'test'. Received: 'dev'"):
        docstring_pairs("dev")


def test_the_corpus_is_written_as_json_lines(some_packages: list[DocstringPair], tmp_path: Path) -> None:
    counts = write_corpus(tmp_path, some_packages)
    assert sum(counts.values()) == len(some_packages)
    lines = gzip.decompress((tmp_path / "test.jsonl.gz").read_bytes()).decode().splitlines()
    assert [json.loads(line)["module"] for line in lines] == [
        pair.module for pair in some_packages if split_of(pair.module) == "test"
    ]


@pytest.mark.slow
def test_the_whole_corpus_is_large_enough() -> None:
    counts = {split: len(docstring_pairs(split)) for split in ("train", "valid", "test")}
    assert sum(counts.values()) >= 10_000 and min(counts.values()) >= 300
