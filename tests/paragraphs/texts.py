"""Texts of fragments that touch the rules of docs/paragraphs.md."""

from __future__ import annotations

from hypothesis import strategies as st

SPANS = [
    *(
        "<b>",
        "</b>",
        "<i class='x'>",
        "</i>",
        "<br/>",
        "<p>",
        "</p>",
        "<img src=a>",
        "<x id=1/>",
        "<!-- c -->",
        "<?xml a?>",
    ),
    *("https://example.com/a_(b)?c=d#e", "www.example.org/ü", "x.y+z@mail.example.org"),
    *("{name}", "{}", "{{ count }}", "${x}", "%s", "%1$d", "%.2f", "%(n)s", "%%", "&unknown;"),
]
FRAGMENTS = [
    *SPANS,
    *("a", "The dog", "I", "Mr", "No", "3", "3.50", "été", "日本語", "ไทย", "👩\u200d👧", "e\u0301", "word" * 9),
    *(
        ".",
        ".",
        "!",
        "?",
        "…",
        "...",
        "。",
        "！",
        "؟",
        ",",
        ";",
        "，",
        "-",
        " ",
        " ",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "\xa0",
    ),
    *(
        "“",
        "”",
        "«",
        "»",
        "'",
        '"',
        "(",
        ")",
        "「",
        "」",
        "¿",
        "\u200b",
        "<",
        ">",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&",
        "{",
        "%",
    ),
]


def texts(size: int = 16) -> st.SearchStrategy[str]:
    """Some of them are arbitrary characters."""
    fragments = st.one_of(st.sampled_from(FRAGMENTS), st.characters(exclude_categories=["Cs"]))
    return st.lists(fragments, max_size=size).map("".join)
