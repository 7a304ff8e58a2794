"""Makers of damaged and hostile files: each gives bytes by name, the same ones every time."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

DEEP = 100_000
MAPPINGS = {"a date as a name", "a date that is none", "a truth as a name", "half of a pair of surrogates"}
"""The texts of `yaml_texts` that are sections of settings, though not of any program."""


def json_texts() -> dict[str, bytes]:
    """What is no JSON, or JSON that no program of this package writes."""
    return {
        "nothing": b"",
        "not JSON": b"{",
        "not UTF-8": b'{"a": "\xff"}',
        "UTF-16": '{"a": 1}'.encode("utf-16"),
        "nested lists": b"[" * DEEP + b"]" * DEEP,
        "nested objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        "not a number": b'{"a": NaN}',
        "an infinity": b'{"a": -Infinity}',
        "a number out of range": b'{"a": 1e999}',
        "a number of 5000 digits": b'{"a": ' + b"9" * 5000 + b"}",
        "a name twice": b'{"a": 1, "a": 2}',
        "two values": b"{} {}",
        "a number": b"3",
        "a list": b"[1, 2]",
        "null": b"null",
        "an empty object": b"{}",
        "half of a pair of surrogates": b'{"a": "\\ud800"}',
        "a terminal's commands": b'{"format": "\\u001b[2J\\u0007"}',
    }


def yaml_texts() -> dict[str, bytes]:
    """What is no YAML, or YAML that is no plain settings, or stands for far more than its bytes."""
    steps = [(chr(97 + number), chr(98 + number)) for number in range(8)]
    aliases = "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in steps)
    merges = "".join(f"{new}: &{new} {{<<: [{', '.join([f'*{old}'] * 9)}]}}\n" for old, new in steps)
    texts = {
        "not YAML": "a: [",
        "a tab": "a:\n\tb: 1",
        "a zero byte": "a: \0",
        "two documents": "a: 1\n---\nb: 2",
        "nested lists": "[" * 5000,
        "nested sections": "".join(f"{' ' * i}a:\n" for i in range(200)),
        "aliases of aliases": f"a: &a [x, x, x, x, x, x, x, x, x, x]\n{aliases}",
        "merges of merges": f"a: &a {{x: 1}}\n{merges}",
        "itself": "a: &a [*a]",
        "an unknown alias": "a: *b",
        "an object of Python": "!!python/object/apply:os.system [echo]",
        "a set": "!!set {a, b}",
        "bytes": "a: !!binary eA==",
        "a date as a name": "2020-01-01: 3",
        "a date that is none": "data: 2020-13-45",
        "a list as a name": "? [a, b]\n: 1",
        "a number of 5000 digits": f"seed: {'9' * 5000}",
        "a number that is none": "seed: !!int x",
        "a truth that is none": "seed: !!bool x",
        "a name twice": "data: {}\ndata: {}",
        "a text": "hello",
        "a list": "- 1\n- 2",
        "a truth as a name": "no: 1",
        "half of a pair of surrogates": 'data: {corpus: "\\ud800"}',
    }
    return {**{name: text.encode() for name, text in texts.items()}, "not UTF-8": b"a: \xff"}


def broken(content: bytes, seed: int = 0, flips: int = 4) -> Iterator[tuple[str, bytes]]:
    """A file cut, emptied, filled with zeros, replaced, lengthened, and with single bits turned."""
    draw = random.Random(seed)
    yield "nothing", b""
    yield "one byte", content[:1]
    for share in (0.1, 0.5, 0.9):
        yield f"the first {share:.0%}", content[: int(len(content) * share)]
    yield "all but a byte", content[:-1]
    yield "a byte more", content + b"\0"
    yield "zeros", bytes(len(content))
    yield "random bytes", draw.randbytes(min(len(content), 1 << 16))
    yield "text", b"This is a text.\n"
    for number in range(flips):
        place, bit = draw.randrange(len(content)), draw.randrange(8)
        turned = bytearray(content)
        turned[place] ^= 1 << bit
        yield f"bit {bit} of byte {place} turned ({number})", bytes(turned)


def packed_texts() -> dict[str, bytes]:
    """Files of lines by name, each with an end that promises something else."""
    whole = gzip.compress(b"one\ntwo\n" * 100, mtime=0)
    return {
        "plain.gz": b"one\ntwo\n",
        "cut.gz": whole[:-9],
        "turned.gz": whole[:20] + bytes([whole[20] ^ 1]) + whole[21:],
        "empty.gz": b"",
        "plain.zst": b"one\ntwo\n",
        "bytes.txt": b"one\n\xff\xfe\ntwo\n",
        "zeros.txt": bytes(1000),
    }


def resigned(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Changes a file of a bundle's directory, and its size and digest in the manifest: only its content is wrong."""
    content = change((folder / name).read_bytes())
    (folder / name).write_bytes(content)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"][name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    path.write_text(json.dumps(manifest), encoding="utf-8")


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Writes files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
