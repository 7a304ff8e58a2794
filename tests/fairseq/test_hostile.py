"""Truncated, foreign and hostile files: one sentence, nothing executed, bounded memory."""

from __future__ import annotations

import io
import os
import pickle
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from lite_transformer_tf.fairseq import plain_pickle
from lite_transformer_tf.fairseq.checkpoint import Tensors
from lite_transformer_tf.fairseq.errors import CheckpointError
from lite_transformer_tf.fairseq.importing import import_checkpoint, read_checkpoint
from lite_transformer_tf.fairseq.pickle_writing import Call, Global, Namespace, Persistent, dumps, ordered
from lite_transformer_tf.fairseq.plain_data import Inert, Name
from lite_transformer_tf.fairseq.plain_pickle import Machine
from lite_transformer_tf.fairseq.torch_file import open_checkpoint
from tests.fairseq.files import tiny

pytestmark = pytest.mark.light
REBUILD, FLOATS = Global("torch._utils", "_rebuild_tensor_v2"), Global("torch", "FloatStorage")


def archive(path: Path, pickled: bytes, entries: dict[str, bytes] | None = None, packed: bool = False) -> Path:
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", kind) as file:
        file.writestr("a/data.pkl", pickled)
        for name, content in (entries or {}).items():
            file.writestr(f"a/{name}", content)
    return path


def read(path: Path) -> object:
    with open_checkpoint(path) as found:
        return found


@pytest.mark.parametrize("legacy", [False, True])
def test_damaged_files(tmp_path, legacy):
    """A hundred damaged files: each is refused in one sentence, or what was damaged says nothing about the model."""
    path, dictionaries = tiny(tmp_path, legacy)
    whole = path.read_bytes()
    before = read_checkpoint(path, dictionaries)
    generator = random.Random(1)
    damaged = [whole[: generator.randrange(len(whole))] for _ in range(25)]
    for _ in range(25):
        place, content = generator.randrange(len(whole)), bytearray(whole)
        content[place : place + generator.choice([1, 4, 40])] = generator.randbytes(4)
        damaged.append(bytes(content))
    refused = 0
    for content in damaged:
        path.write_bytes(content)
        try:
            after = read_checkpoint(path, dictionaries)
        except CheckpointError as error:
            refused += 1
            assert len(str(error)) < 1000 and "\n" not in str(error)
        else:
            assert after.config.embed_dim == before.config.embed_dim
    assert refused >= 30


def test_nothing_is_executed(tmp_path):
    class Hostile:
        def __init__(self, *call: object) -> None:
            self.call = call

        def __reduce__(self) -> tuple:
            return self.call[0], self.call[1:]

    mark = tmp_path / "executed"
    calls = (
        Hostile(os.system, f"touch {mark}"),
        Hostile(eval, f"open({str(mark)!r}, 'w')"),
        Hostile(exec, f"open({str(mark)!r}, 'w')"),
        Hostile(__import__, "webbrowser"),
    )
    for protocol in range(2, 6):
        for call in calls:
            stream = io.BytesIO(pickle.dumps({"args": call, "model": {}}, protocol))
            found = Machine().read(stream)
            assert isinstance(found["args"], Inert)
            assert found["args"].name.rpartition(".")[2] in ("system", "eval", "exec", "__import__")
            path = archive(tmp_path / "hostile.pt", stream.getvalue())
            with pytest.raises(CheckpointError, match="must have 'args'"):
                read_checkpoint(path, tiny(tmp_path)[1])
    assert not mark.exists()
    found = Machine().read(io.BytesIO(b"cos\nsystem\n(S'touch x'\ntR."))
    assert isinstance(found, Inert) and found.name == "os.system"
    found = Machine().read(io.BytesIO(b"(S'touch x'\nios\nsystem\n."))
    assert isinstance(found, Inert) and found.name == "os.system"


def nested(depth: int, opcode: bytes) -> bytes:
    return b"\x80\x02" + b")" + opcode * depth + b"."


def doubled(depth: int) -> bytes:
    """A tuple of two tuples of two tuples...: small in memory, endless for whoever walks through it."""
    return b"\x80\x02)" + b"".join(
        b"r" + i.to_bytes(4, "little") + b"j" + i.to_bytes(4, "little") + b"\x86" for i in range(depth)
    )


BOMBS = {
    "deep tuples": nested(12_000, b"\x85"),
    "too many opcodes": nested(12_000, b"0)"),
    "doubled": doubled(1000) + b".",
    "doubled, as a key": b"\x80\x02}" + doubled(200)[2:] + b"K\x01s.",
    "a list in itself": b"\x80\x02]q\x00h\x00a.",
    "a dictionary in itself": b"\x80\x02}q\x00K\x01h\x00s.",
    "copies of a long list": b"\x80\x02](" + b"K\x01K\x02\x86" * 3000 + b"eq\x000"
    + b"ccollections\nOrderedDict\nh\x00\x85R0" * 2000 + b"N.",
    "copies of a long namespace": b"\x80\x02}(" + b"".join(b"X\x06\0\0\0%06dN" % i for i in range(3000)) + b"uq\x00"
    + b"cargparse\nNamespace\n)\x81h\x00b0" * 2000 + b"N.",
    "a long text that is not there": b"\x80\x04\x8d" + (2**62).to_bytes(8, "little") + b"x.",
    "a long number that is not there": b"\x80\x02\x8b" + (2**31 - 1).to_bytes(4, "little") + b"x.",
    "a missing memo": b"\x80\x02h\x07.",
    "a mark without its end": b"\x80\x02(.",
    "an empty stack": b"\x80\x02a.",
    "an extension": b"\x80\x02\x82\x01.",
    "a persistent text": b"\x80\x02Pid\n.",
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(tmp_path, name, monkeypatch):
    monkeypatch.setattr(plain_pickle, "MOST_OPCODES", 20_000)  # a fiftieth of what is allowed, and of the bombs
    content = BOMBS[name]
    path = archive(tmp_path / "bomb.pt", content)
    dictionaries = tiny(tmp_path)[1]
    tracemalloc.start()
    try:
        with pytest.raises(CheckpointError) as told:
            read_checkpoint(path, dictionaries)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()
    assert len(str(told.value)) < 1000
    inside = b"\x80\x02}(X\x04\0\0\0args" + content.removesuffix(b".").removeprefix(b"\x80\x02") + b"u."
    with pytest.raises(CheckpointError):
        read_checkpoint(archive(tmp_path / "bomb.pt", inside), dictionaries)


def tensor(shape: tuple, strides: tuple, count: int = 4, offset: int = 0) -> Call:
    storage = Persistent(("storage", FLOATS, "0", "cpu", count))
    return Call(REBUILD, (storage, offset, shape, strides, False, ordered({})))


@pytest.mark.parametrize(
    "shape, strides, offset",
    [
        ((10**9,), (0,), 0),
        ((2, 3), (3, 1), 0),
        ((4,), (1,), 1),
        ((2,), (4,), 0),
        ((2,), (-1,), 1),
        ((2**40, 2**40), (0, 0), 0),
        ((1,) * 9, (1,) * 9, 0),
        ((2,), (1, 1), 0),
        ((True,), (1,), 0),
        ((1.5,), (1,), 0),
        ("ab", (1,), 0),
        ((0,), (1,), 5),
        ((4,), (1,), -1),
    ],
)
def test_tensors_that_do_not_lie_in_their_storage(tmp_path, shape, strides, offset):
    path = archive(tmp_path / "t.pt", dumps({"t": tensor(shape, strides, offset=offset)}), {"data/0": bytes(16)})
    with pytest.raises(CheckpointError, match="tensor"):
        read(path)


def test_tensors_that_share_numbers_do_not_multiply_memory(tmp_path):
    many = {f"t{i}": tensor((1000,), (1,), 2000, i) for i in range(900)}
    path = archive(tmp_path / "t.pt", dumps({"args": Namespace({}), "model": many}), {"data/0": bytes(8000)})
    with open_checkpoint(path) as found, pytest.raises(CheckpointError, match="more bytes than its file"):
        Tensors(found, path.stat().st_size)
    same = {f"t{i}": tensor((2000,), (1,), 2000) for i in range(900)}
    path = archive(tmp_path / "t.pt", dumps({"args": Namespace({}), "model": same}), {"data/0": bytes(8000)})
    with open_checkpoint(path) as found:
        assert len(Tensors(found, path.stat().st_size)) == 900


def test_archives(tmp_path):
    good = dumps({"t": tensor((4,), (1,))})
    with pytest.raises(CheckpointError, match="must not be compressed"):
        read(archive(tmp_path / "z.pt", good, {"data/0": bytes(16)}, packed=True))
    for entries in ({}, {"data/0": bytes(12)}, {"data/0": bytes(400)}):
        with pytest.raises(CheckpointError, match="16 bytes for storage '0'"):
            read(archive(tmp_path / "z.pt", good, entries))
    with pytest.raises(CheckpointError, match="little-endian"):
        read(archive(tmp_path / "z.pt", good, {"data/0": bytes(16), "byteorder": b"big"}))
    with zipfile.ZipFile(tmp_path / "z.pt", "w") as file:
        file.writestr("a.txt", "x")
    with pytest.raises(CheckpointError, match="must have one data.pkl"):
        read(tmp_path / "z.pt")
    for content in (b"", b"\x80\x02}.", b"PK\x03\x04", b"\x7fELF", os.urandom(2000)):
        (tmp_path / "f.pt").write_bytes(content)
        with pytest.raises(CheckpointError):
            read(tmp_path / "f.pt")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing.pt")


def test_storages_of_other_kinds(tmp_path):
    for kind in (Global("torch", "ComplexFloatStorage"), Global("os", "system"), "x", None):
        storage = Persistent(("storage", kind, "0", "cpu", 4))
        with pytest.raises(CheckpointError, match="must have one of the types"):
            read(archive(tmp_path / "s.pt", dumps(storage), {"data/0": bytes(16)}))
    for identity in (("module", 1), ("storage", FLOATS, 0, "cpu", 4), ("storage", FLOATS, "0", "cpu", 2**60)):
        with pytest.raises(CheckpointError):
            read(archive(tmp_path / "s.pt", dumps(Persistent(identity)), {"data/0": bytes(16)}))
    nan = archive(tmp_path / "s.pt", dumps({"t": tensor((4,), (1,))}), {"data/0": b"\xff" * 16})
    with open_checkpoint(nan) as found, pytest.raises(CheckpointError, match="finite"):
        found["t"].array()


def test_unknown_classes_stay_names():
    value = {"a": Call(Global("fairseq.meters", "AverageMeter"), (1,)), "b": Global("fairseq.init", "xavier")}
    found = Machine().read(io.BytesIO(dumps(value)))
    assert isinstance(found["a"], Inert) and (found["a"].name, found["a"].arguments) == (
        "fairseq.meters.AverageMeter",
        (1,),
    )
    assert isinstance(found["b"], Name) and found["b"].name == "fairseq.init.xavier"


def test_nothing_is_left_of_a_failed_import(tmp_path):
    path, dictionaries = tiny(tmp_path)
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(CheckpointError):
        import_checkpoint(path, dictionaries, tmp_path / "out" / "model")
    assert not (tmp_path / "out").exists()
