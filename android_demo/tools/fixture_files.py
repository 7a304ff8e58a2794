"""How fixtures are written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write_lines(path: Path, lines: Iterable[Any]) -> int:
    """Writes JSON Lines in ASCII and returns their number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [json.dumps(line, separators=(",", ":")) for line in lines]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="ascii")
    return len(texts)
