"""A docstring as plain text: its first sentence, and the prose that follows it."""

from __future__ import annotations

import inspect
import re

PROSE_SECTIONS = frozenset(
    {"note", "notes", "description", "details", "extended summary", "summary", "overview", "discussion"}
)
_HEADING = re.compile(
    r"(?P<title>[A-Z][A-Za-z]*(?: [A-Za-z]+){0,3})\s*:{1,2}\s*"
)  # Google style: only "Args:" on a line
_HASH_HEADING = re.compile(r"#{1,6} +(?P<title>.+?)[ #:]*")
_UNDERLINE = re.compile(r"([=\-~^\"'*#+])\1{2,}")
_FIELD = re.compile(r"[:@][a-zA-Z]+(?: [^:]*)?:(?: |$)|@(?:param|return|raise|type)")  # ":param x:", "@return"
_DIRECTIVE = re.compile(r"\.\.(?: |$)")
_BULLET = re.compile(r"(?:[*\-+•]|\(?\d{1,2}[.)]) +")
_CODE = re.compile(r"(?:>>>|\.\.\. |\$ |In \[\d+\]|\||\+-|import |from \w+ import |@\w+$|def |class \w+[(:])")
_INLINE = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"!?\[([^\]]+)\] ?\([^)]*\)", r"\1"),  # Markdown links
        (r":[a-z:+]+:`~?[^`<]*?\s*<[^`>]*>`", ""),  # roles with a target keep nothing readable
        (r":[a-z:+-]+:`~[\w.]*?(\w+(?:\(\))?)`", r"\1"),  # :class:`~a.b.C` shows C
        (r":[a-z:+-]+:`!?([^`]*)`", r"\1"),
        (r"`([^`<]+?)\s*<[^`>]*>`__?", r"\1"),  # links
        (r"``([^`]+)``", r"\1"),
        (r"`([^`]+)`_{0,2}", r"\1"),
        (r"\*\*([^*\s](?:[^*]*[^*\s])?)\*\*", r"\1"),
        (r"(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])", r"\1"),
        (r"\s*\[[\w#*]+\]_", ""),  # footnotes
        (r"<?https?://[^\s>)]+>?", ""),
        (r"\s+\(\s*(?:see\s*)?\)", ""),  # what a removed address leaves; the parentheses of "f()" stay
        (r"@\w+\([^)]*\)\s*", ""),  # "@compatibility(eager)"
        (r"\s+", " "),
        (r" (?=[.,;:!?](?: |$))", ""),
    )
)
_SENTENCE_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bcf)(?<![A-Z])[.!?](?=\s+[\"'(\[]*[A-Z0-9`]|\s*$)"
)
_WORDY = re.compile(r"[A-Za-z ,.']")


def plain(text: str) -> str:
    """One line without reST and Markdown markup."""
    text = " ".join(text.split())
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text.strip()


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence of a line of text, and the rest."""
    end = _SENTENCE_END.search(text)
    return (text, "") if end is None else (text[: end.end()].strip(), text[end.end() :].strip())


def without_lead_in(text: str) -> str:
    """The text without a last sentence that ends in a colon, which only announces what followed: code or a list."""
    if not text.endswith(":"):
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[: ends[-1]] if ends else ""


def is_prose(text: str, share: float = 0.88) -> bool:
    """Whether nearly all characters are letters, spaces or plain punctuation: no formula, code or table."""
    return bool(text) and len(_WORDY.findall(text)) >= share * len(text)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _section(lines: list[str], number: int) -> tuple[str | None, bool]:
    """Lower-case title of the section that begins at a line (`None`: no heading), and whether it is underlined."""
    line = lines[number].strip()
    follower = lines[number + 1].strip() if number + 1 < len(lines) else ""
    if line and _UNDERLINE.fullmatch(follower) and len(follower) >= min(len(line), 3):
        return line.rstrip(":").lower(), True
    heading = _HASH_HEADING.fullmatch(line) or _HEADING.fullmatch(line)
    return (heading["title"].lower(), bool(line.startswith("#"))) if heading else (None, False)


def prose_lines(docstring: str) -> list[str]:
    """The prose lines of a dedented docstring, with an empty line in the place of anything else.

    Left out are doctests, code blocks, directives, field lists, tables, and every section except `PROSE_SECTIONS`:
    parameters, results, errors, examples, references.
    """
    lines = docstring.splitlines()
    kept: list[str] = []
    dropped_below: int | None = None  # lines indented deeper than that are left out
    in_section = in_fence = in_doctest = False
    for number, line in enumerate(lines):
        text = line.strip()
        if text.startswith(("```", "~~~")):
            in_fence = not in_fence
            kept.append("")
            continue
        if not text or in_fence:
            in_doctest = False
            kept.append("")
            continue
        title, until_next = _section(lines, number)
        if title is not None:
            in_section = until_next and title not in PROSE_SECTIONS
            dropped_below = None if until_next or title in PROSE_SECTIONS else _indent(line)
            kept.append("")
            continue
        if dropped_below is not None and _indent(line) <= dropped_below and not _FIELD.match(text):
            dropped_below = None
        in_doctest = in_doctest or text.startswith((">>>", "$ "))
        if _DIRECTIVE.match(text) or _FIELD.match(text):
            dropped_below = _indent(line) if dropped_below is None else dropped_below
            text = ""
        elif in_section or in_doctest or dropped_below is not None or _UNDERLINE.fullmatch(text) or _CODE.match(text):
            text = ""
        elif (
            _indent(line) >= 2 and not (kept and kept[-1]) and not _BULLET.match(text)
        ):  # an indented block is code, or a quotation
            dropped_below, text = _indent(line) - 1, ""
        elif text.endswith("::"):
            dropped_below = _indent(line)
            text = text.removesuffix("::").rstrip() + ":"
        if text and _BULLET.match(text):
            kept.append("")
            text = _BULLET.sub("", text, count=1)
        kept.append(text)
    return kept


def summary_and_body(docstring: str) -> tuple[str, str]:
    """The first sentence of a docstring and the prose after it, one line of plain text each; either may be empty."""
    head, _, rest = inspect.cleandoc(docstring).partition("\n\n")
    summary, more = first_sentence(plain(" ".join(line for line in prose_lines(head) if line)))
    paragraphs: list[list[str]] = [[]]
    for line in prose_lines(rest):
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    texts = [without_lead_in(plain(" ".join(lines))) for lines in paragraphs]
    return summary, " ".join(text for text in (more, *texts) if is_prose(text))
