"""The API reference has every public name."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import lite_transformer_tf as lt


@pytest.mark.slow
def test_every_public_name_is_in_the_reference(tmp_path, monkeypatch):
    """Names, not only mentions: each has a section of its own with the text of its docstring."""
    pytest.importorskip("pdoc", reason="the extra dev has pdoc")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "docs"))
    from build_api import build

    for name in build(tmp_path):
        page = (tmp_path / f"{name.replace('.', '/')}.html").read_text(encoding="utf-8")
        sections = set(re.findall(r'<section id="([^".]+)"', page))
        assert set(sys.modules[name].__all__) - {"__version__"} <= sections, name
    page = (tmp_path / f"{lt.__name__}.html").read_text(encoding="utf-8")
    assert "https://" not in "".join(re.findall(r'<(?:script|link)[^>]*(?:src|href)="[^"]*"', page))
    assert "Options of greedy and beam search" in page
