"""docs/decoding.md has every option and every rule."""

from __future__ import annotations

import inspect
from pathlib import Path

from lite_transformer_tf.decoding.options import option_arguments, switch
from lite_transformer_tf.decoding.rules import registry

PAGE = (Path(__file__).parents[2] / "docs" / "decoding.md").read_text(encoding="utf-8")


def test_the_table_of_options_is_that_of_the_code() -> None:
    rows = [f"| `{entry.name}` | {entry.default_text} | {entry.text} |" for entry in option_arguments()]
    table = PAGE.split("| option | default | meaning |\n|---|---|---|\n")[1].split("\n\n")[0]
    assert table.split("\n") == rows


def test_each_rule_has_a_section_that_names_its_file_and_options() -> None:
    sections = PAGE.split("## Rules\n")[1].split("\n## ")[0].split("### ")[1:-1]
    named = [(section.split("`")[1], section) for section in sections]
    files = {Path(inspect.getfile(rule)).name: rule for rule in registry.RULES}
    assert {name for name, _ in named} == set(files)
    for name, section in named:
        assert all(f"`{option}" in section for option in files[name].options_type.__annotations__)


def test_what_the_command_line_offers() -> None:
    offered = [(entry.flag, entry.kind, entry.help) for entry in option_arguments() if entry.metavar]
    assert offered == [
        ("--beam-size", int, "hypotheses kept per sentence; 1 is greedy search (default: 4)"),
        ("--length-penalty", float, "exponent of the length in the final score (default: 1.0)"),
        (
            "--max-length",
            int,
            "greatest number of tokens before eos, and at least min_length (default: by the source's length)",
        ),
        (
            "--copy-check",
            switch,
            "ranks answers that keep numbers, addresses and codes first, and names what is wrong (default: on)",
        ),
        ("--min-length", int, "least number of tokens before eos (default: 1)"),
        ("--no-repeat-ngram", int, "n > 0 forbids repeated n-grams; 0 allows them (default: 0; 3 for summaries)"),
    ]
