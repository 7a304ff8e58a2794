"""The texts on which an exported file must agree with its model."""

from __future__ import annotations

from pathlib import Path

from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.text import is_blank

CHECK_SET_NAME = "check_sentences.txt"


def check_file(model_directory: PathLike, check_set: PathLike | None) -> Path:
    """The file of the check set: the given one, or that of the model.

    Raises:
        FileNotFoundError: There is none. A bundle is never written unchecked.
    """
    path = Path(check_set) if check_set is not None else Path(model_directory) / CHECK_SET_NAME
    if not path.is_file():
        rule = f"An export needs sentences to check: a file of them, or {CHECK_SET_NAME} in the model's directory"
        raise FileNotFoundError(f"{rule}. Received: no {str(path)!r}")
    return path


def check_pairs(
    model_directory: PathLike, check_set: PathLike | None, references: PathLike | None, limit: int | None = None
) -> tuple[list[str], list[str]]:
    """Texts to check, one per line of a text file, blank ones left out, and their references if there are any.

    Args:
        model_directory: Where `check_sentences.txt` is looked for when no `check_set` is given.
        check_set, references: Text files, plain or packed, with the same number of lines.
        limit: Keep at most this many texts, the first. None keeps all.

    Raises:
        FileNotFoundError: There is no check set. A bundle is never written unchecked.
        ValueError: The references have another number of lines, or a file is not UTF-8.
    """
    texts = list(read_lines(check_file(model_directory, check_set)))
    answers = list(read_lines(references)) if references is not None else []
    if references is not None and len(answers) != len(texts):
        rule = "The references must have a line for every check sentence"
        raise ValueError(f"{rule}. Received: {len(answers)} lines for {len(texts)}")
    kept = [index for index, text in enumerate(texts) if not is_blank(text)][:limit]
    return [texts[index] for index in kept], [answers[index] for index in kept] if answers else []
