"""Tries every line with every model, and writes the table of docs/keras.md."""

from __future__ import annotations

import tempfile
from pathlib import Path

import lite_transformer_tf  # noqa: F401 - selects legacy Keras before TensorFlow is imported
from tests.contract import files, fitting, training  # noqa: F401 - they register the checks
from tests.contract.models import KINDS
from tests.contract.table import BEGIN, CHECKS, END, PAGE, WORKS, rendered


def main() -> None:
    results = {}
    for line, check in CHECKS.items():
        for name, kind in KINDS.items():
            with tempfile.TemporaryDirectory() as folder:
                results[line, name] = check(kind, Path(folder)) or WORKS
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}{rendered(results)}{END}{after}", encoding="utf-8")
    print(rendered(results))


if __name__ == "__main__":
    main()
