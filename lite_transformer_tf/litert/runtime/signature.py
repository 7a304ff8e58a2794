"""Runs one signature of a TFLite file with static shapes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, SignatureRunner

from lite_transformer_tf._foreign_lines import held_back


class Signature:
    """Runs one signature of an interpreter.

    `inputs` and `outputs` are arrays by tensor name. The caller writes values into the inputs, calls `run`, and reads
    the outputs, which the next run overwrites. Inputs keep their values between runs.

    If possible, the arrays *are* the interpreter's tensors, so that nothing is copied. `SignatureRunner`, the
    documented Python interface, resizes and plans the graph at each call, which takes 30 us, a third of a step. It is
    used if this version of the interpreter lacks the calls that `_Direct` needs, or if `direct=False`.

    Args:
        interpreter: Interpreter of the file.
        name: Name of the signature.
        direct: Whether to use the interpreter's tensors if possible. Defaults to `True`.
    """

    def __init__(self, interpreter: Interpreter, name: str, *, direct: bool = True) -> None:
        with held_back(once="delegate"):  # the first tensors make the delegate, which says so
            runner = interpreter.get_signature_runner(name)
            backend = _Direct.open(interpreter, name, runner) if direct else None
        self._backend: _Direct | _Documented = backend or _Documented(runner)
        self.name = name
        self.direct = backend is not None
        self.inputs: dict[str, np.ndarray] = self._backend.inputs
        self.outputs: dict[str, np.ndarray] = self._backend.outputs

    def run(self) -> None:
        self._backend.run()


class _Direct:
    """Views of the tensors of one subgraph, allocated once. They keep the interpreter alive."""

    def __init__(self, interpreter: Interpreter, name: str, runner: SignatureRunner) -> None:
        wrapper = interpreter._interpreter  # noqa: SLF001 (see `Signature`)
        self._interpreter = interpreter  # owns the tensors
        self._invoke = wrapper.Invoke
        self._subgraph = wrapper.GetSubgraphIndexFromSignature(name)
        wrapper.AllocateTensors(self._subgraph)
        details = runner.get_input_details(), runner.get_output_details()
        self.inputs, self.outputs = (
            {key: wrapper.tensor(wrapper, entry["index"], self._subgraph) for key, entry in side.items()}
            for side in details
        )
        for array in self.inputs.values():
            array.fill(0)

    @classmethod
    def open(cls, interpreter: Interpreter, name: str, runner: SignatureRunner) -> _Direct | None:
        try:
            return cls(interpreter, name, runner)
        except (AttributeError, TypeError):  # another version of the interpreter
            return None

    def run(self) -> None:
        self._invoke(self._subgraph)


class _Documented:
    """Arrays that are copied to and from `SignatureRunner`."""

    def __init__(self, runner: SignatureRunner) -> None:
        self._runner = runner
        details = runner.get_input_details(), runner.get_output_details()
        self.inputs, self.outputs = (
            {key: np.zeros(entry["shape"], entry["dtype"]) for key, entry in side.items()} for side in details
        )

    def run(self) -> None:
        for key, value in self._runner(**self.inputs).items():
            np.copyto(self.outputs[key], value)


def open_interpreter(model: bytes | str | Path, threads: int = 1) -> Interpreter:
    """An interpreter for the bytes of a file or its path, which it maps into memory."""
    if isinstance(model, bytes):
        return Interpreter(model_content=model, num_threads=threads)
    return Interpreter(model_path=str(model), num_threads=threads)
