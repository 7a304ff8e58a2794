"""YAML: plain values from texts and files. Nothing is constructed but what JSON has, and aliases cannot multiply."""

from __future__ import annotations

import re
from typing import Any

import yaml

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.readers.content import bounded_bytes, decoded_text
from lite_transformer_tf.readers.errors import DocumentError

DEEPEST = 50  # sections and lists within one another
LARGEST = 1 << 20  # bytes, which PyYAML reads in some seconds
MOST = 100_000  # values, when each alias is counted with all that it stands for
PLAIN = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "seq", "map", "merge")
)
EXPONENT = re.compile(r"[-+]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)[eE][-+]?\d+$")


class Loader(yaml.SafeLoader):
    """YAML in which 1e-3 is a number, as everybody expects; YAML 1.1 wants 1.0e-3. Dates are texts."""

    values = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        """Counts the values while they are read, so that a text of too many costs little."""
        self.values += 1
        if self.values > MOST:
            raise DocumentError(f"it has more than {MOST} values")
        return super().compose_node(parent, index)  # type: ignore[arg-type]


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":value"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:float", EXPONENT, list("-+0123456789."))


def parse_yaml(content: str | bytes) -> Any:
    """The value of a YAML text.

    Args:
        content: The text, in UTF-8 when it is bytes.

    Returns:
        Dictionaries, lists, texts, numbers, booleans and `None`.

    Raises:
        DocumentError: It is not YAML in UTF-8, or several documents; a tag stands for something else than plain values;
            a name occurs twice in a section; it is nested more than `DEEPEST` times, or has more than `MOST` values.
    """
    text = decoded_text(content)
    if len(text) > LARGEST:
        raise DocumentError(f"it has more than {LARGEST} characters")
    loader = None
    try:
        loader = Loader(text)
        node = loader.get_single_node()
        if node is None:
            return None
        _check(node)
        return loader.construct_document(node)
    except RecursionError as error:
        raise DocumentError("it is nested too deeply") from error
    except yaml.MarkedYAMLError as error:
        reason, mark = " ".join(filter(None, (error.context, error.problem))), error.problem_mark or error.context_mark
        place = "" if mark is None else f", line {mark.line + 1}, column {mark.column + 1}"
        raise DocumentError(f"{reason}{place}") from error
    except yaml.YAMLError as error:
        raise DocumentError(" ".join(str(error).split()).replace(' in "<unicode string>"', "")) from error
    except DocumentError:
        raise
    except Exception as error:  # PyYAML makes numbers and booleans of any text that has such a tag
        raise DocumentError(f"it has a value that is not what its tag says ({error})") from error
    finally:
        if loader is not None:
            loader.dispose()


def read_yaml(path: PathLike, what: str = "A YAML file", *, largest: int = LARGEST) -> Any:
    """The value of a file in YAML, see `parse_yaml`.

    Args:
        path: The file.
        what: What it is, for messages.
        largest: Bytes that it may have. Defaults to 1 MiB.

    Raises:
        DocumentError: It is larger, or not YAML.
        OSError: It cannot be read.
    """
    try:
        return parse_yaml(bounded_bytes(path, largest))
    except DocumentError as error:
        raise DocumentError(f"{what} must be YAML: {error}. Received: {str(path)!r}") from error


def _check(root: yaml.Node) -> None:
    """Raises unless a graph of nodes stands for a small tree of plain values."""
    sizes: dict[int, int] = {}  # of finished nodes, aliases counted in full
    open_nodes: set[int] = set()

    def size_of(node: yaml.Node, depth: int) -> int:
        if id(node) in open_nodes:
            raise DocumentError(f"it has a value inside itself, {_place(node)}")
        if id(node) in sizes:
            return sizes[id(node)]
        if depth > DEEPEST:
            raise DocumentError("it is nested too deeply")
        if node.tag not in PLAIN:
            raise DocumentError(f"it has the tag {node.tag!r}, {_place(node)}, and only plain values are read")
        open_nodes.add(id(node))
        count = 1 + sum(size_of(inner, depth + 1) for inner in _inner(node))
        open_nodes.discard(id(node))
        if count > MOST:
            raise DocumentError(f"it has more than {MOST} values")
        sizes[id(node)] = count
        return count

    size_of(root, 1)


def _inner(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        names = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise DocumentError(f"it has a name that is no text, {_place(key)}")
            if (key.tag, key.value) in names:
                raise DocumentError(f"it has the name {key.value!r} twice in one section, {_place(key)}")
            names.add((key.tag, key.value))
        return [value for _, value in node.value]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _place(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}, column {node.start_mark.column + 1}"
