"""A reader of pickles that makes plain data and calls nothing.

It goes through the opcodes itself. Names of classes and functions become `Name`, calls of them `Inert`: a record of
what the pickle asked for. Only the few that a checkpoint consists of, such as `OrderedDict`, become data.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from typing import IO, Any

from lite_transformer_tf.fairseq.errors import CheckpointError, shown
from lite_transformer_tf.fairseq.plain_data import CALLS, Attributes, Inert, Make, Name, as_key, as_object

MOST_OPCODES = 1_000_000
"""A checkpoint with the state of its optimizer has some 30,000. Every opcode makes at most one small object."""

MARK = object()


class Machine:
    """The stack, the memo and the opcodes.

    Args:
        calls: What is made of calls, by name; added to `CALLS`.
        persistent: Makes data of a persistent id. `None` refuses them.
    """

    def __init__(self, calls: Mapping[str, Make] | None = None, persistent: Callable[[Any], Any] | None = None) -> None:
        self._calls = {**CALLS, **(calls or {})}
        self._persistent = persistent
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._spent = 0

    def read(self, stream: IO[bytes]) -> Any:
        """The value of the pickle at the stream's position; the stream then stands behind it.

        Raises:
            CheckpointError: The pickle is damaged, too large, or has an opcode that no checkpoint needs.
        """
        for opcode, argument, _ in pickletools.genops(stream):
            self._spend(1)
            if opcode.name == "STOP":
                break
            self._step(opcode.name, argument)
        return self._take()

    def _spend(self, count: int) -> None:
        """Counts opcodes, and the elements of copies, so that a small file cannot ask for much memory."""
        self._spent += count
        if self._spent > MOST_OPCODES:
            raise CheckpointError(f"A pickle must have at most {MOST_OPCODES:,} opcodes. Received: more")

    def _step(self, name: str, argument: Any) -> None:
        if name in VALUES:
            self._stack.append(argument)
        elif name in CONSTANTS:
            self._stack.append(CONSTANTS[name])
        elif name in EMPTY:
            self._stack.append(EMPTY[name]())
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[argument] = self._top()
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self._stack.append(self._memo[argument])
        elif name not in NOTHING:
            step = getattr(self, f"_op_{name.lower()}", None)
            if step is None:
                raise CheckpointError(f"The pickle of a checkpoint must consist of plain data. Received: opcode {name}")
            step(argument)

    def _take(self) -> Any:
        value = self._stack.pop()
        if value is MARK:
            raise CheckpointError("The pickle of a checkpoint must be well-formed. Received: a mark without its end")
        return value

    def _top(self) -> Any:
        if not self._stack or self._stack[-1] is MARK:
            raise CheckpointError("The pickle of a checkpoint must be well-formed. Received: an empty stack")
        return self._stack[-1]

    def _marked(self) -> list[Any]:
        """The values since the last mark."""
        begin = len(self._stack) - 1
        while begin >= 0 and self._stack[begin] is not MARK:
            begin -= 1
        if begin < 0:
            raise CheckpointError("The pickle of a checkpoint must be well-formed. Received: no mark")
        values = self._stack[begin + 1 :]
        del self._stack[begin:]
        return values

    # Opcodes, by their lower-case names

    def _op_mark(self, argument: None) -> None:
        self._stack.append(MARK)

    def _op_pop(self, argument: None) -> None:
        if self._stack:
            self._stack.pop()

    def _op_pop_mark(self, argument: None) -> None:
        self._marked()

    def _op_dup(self, argument: None) -> None:
        self._stack.append(self._top())

    def _op_memoize(self, argument: None) -> None:
        self._memo[len(self._memo)] = self._top()

    def _op_tuple(self, argument: None) -> None:
        self._stack.append(tuple(self._marked()))

    def _op_tuple1(self, argument: None) -> None:
        self._stack.append((self._take(),))

    def _op_tuple2(self, argument: None) -> None:
        second, first = self._take(), self._take()
        self._stack.append((first, second))

    def _op_tuple3(self, argument: None) -> None:
        third, second, first = self._take(), self._take(), self._take()
        self._stack.append((first, second, third))

    def _op_list(self, argument: None) -> None:
        self._stack.append(self._marked())

    def _op_append(self, argument: None) -> None:
        self._extend([self._take()])

    def _op_appends(self, argument: None) -> None:
        self._extend(self._marked())

    def _extend(self, values: list[Any]) -> None:
        target = self._top()
        if isinstance(target, list):
            target.extend(values)
        elif not isinstance(target, Inert):
            raise CheckpointError(f"Only a list has elements. Received: {shown(target)}")

    def _op_dict(self, argument: None) -> None:
        items = self._marked()
        self._stack.append({})
        self._set(items)

    def _op_setitem(self, argument: None) -> None:
        value, key = self._take(), self._take()
        self._set([key, value])

    def _op_setitems(self, argument: None) -> None:
        self._set(self._marked())

    def _set(self, items: list[Any]) -> None:
        target = self._top()
        if len(items) % 2:
            raise CheckpointError("The pickle of a checkpoint must be well-formed. Received: a key without a value")
        if isinstance(target, dict):
            target.update((as_key(key), value) for key, value in zip(items[::2], items[1::2], strict=True))
        elif not isinstance(target, Inert):
            raise CheckpointError(f"Only a dictionary has items. Received: {shown(target)}")

    def _op_additems(self, argument: None) -> None:
        self._extend(self._marked())

    def _op_frozenset(self, argument: None) -> None:
        self._stack.append(self._marked())

    def _op_global(self, argument: str) -> None:
        self._stack.append(Name(argument.replace(" ", ".", 1)))

    def _op_stack_global(self, argument: None) -> None:
        name, module = self._take(), self._take()
        if not isinstance(name, str) or not isinstance(module, str):
            raise CheckpointError(f"A class must have a name. Received: {shown(module)}, {shown(name)}")
        self._stack.append(Name(f"{module}.{name}"))

    def _op_reduce(self, argument: None) -> None:
        arguments, called = self._take(), self._take()
        name = called.name if isinstance(called, Name) else "?"
        if name in self._calls and isinstance(arguments, list | tuple):
            self._spend(sum(len(value) for value in arguments[:1] if isinstance(value, list | tuple)))
            self._stack.append(self._calls[name](arguments))
        elif name == "argparse.Namespace":
            self._stack.append(Attributes())
        else:
            self._stack.append(Inert(name, arguments))

    def _op_newobj(self, argument: None) -> None:
        arguments, kind = self._take(), self._take()
        self._stack.append(as_object(kind, arguments) if isinstance(kind, Name) else Inert("?", arguments))

    def _op_newobj_ex(self, argument: None) -> None:
        self._take()
        self._op_newobj(None)

    def _op_inst(self, argument: str) -> None:
        self._stack.append(as_object(Name(argument.replace(" ", ".", 1)), self._marked()))

    def _op_obj(self, argument: None) -> None:
        kind, *arguments = self._marked()
        self._stack.append(as_object(kind, arguments) if isinstance(kind, Name) else Inert("?", arguments))

    def _op_build(self, argument: None) -> None:
        state, target = self._take(), self._top()
        if isinstance(target, Attributes) and isinstance(state, dict):
            self._spend(len(state))
            target.values.update((key, value) for key, value in state.items() if isinstance(key, str))
        elif isinstance(target, Inert):
            target.state = state  # what a dictionary has besides its items is left out

    def _op_binpersid(self, argument: None) -> None:
        if self._persistent is None:
            raise CheckpointError("This pickle must have no tensors. Received: one with a storage")
        self._stack.append(self._persistent(self._take()))


VALUES = frozenset(
    "INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING BINBYTES "
    "SHORT_BINBYTES BINBYTES8 BYTEARRAY8 UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8".split()
)
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
EMPTY: dict[str, Callable[[], Any]] = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_SET": list}
NOTHING = frozenset({"PROTO", "FRAME"})
