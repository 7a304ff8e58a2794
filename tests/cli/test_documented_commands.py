"""Every command line of the README and of docs/ is one that the programs take."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import export.__main__
import train.__main__
from lite_transformer_tf.cli.main import build_parser
from lite_transformer_tf.tasks.registry import TASKS
from lite_transformer_tf.tasks.task import RECIPES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "android_demo" / "README.md"])
PROGRAMS = {
    "lite-transformer": build_parser,
    "python -m train": train.__main__.build_parser,
    "python -m export": export.__main__.build_parser,
}
LINE = re.compile(rf"^(?: {{4,}}|\$ )({'|'.join(PROGRAMS)}) (.*)$")


def documented() -> list[tuple[str, str, str]]:
    """Document, program and arguments of each command line in a block of code; options in brackets are optional."""
    found = []
    for document in DOCUMENTS:
        text = re.sub(r" *\\\n *", " ", document.read_text(encoding="utf-8"))
        lines = filter(None, map(LINE.match, text.split("\n")))
        found += [(document.name, line[1], re.sub(r"  #.*$|\[.*\]", "", line[2]).strip()) for line in lines]
    return found


@pytest.mark.parametrize("document, program, arguments", documented())
def test_the_command_line_is_understood(document, program, arguments):
    PROGRAMS[program]().parse_args(shlex.split(arguments.replace("--variant $variant", "--variant int8")))


def test_there_are_some():
    assert len(documented()) >= 30 and {program for _, program, _ in documented()} == set(PROGRAMS)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_recipes_of_the_tasks_are_in_the_package(task):
    for name in (task.recipe, task.example):
        assert (RECIPES / f"{name}.yaml").is_file()
    assert (ROOT / "train" / "configs").resolve() == RECIPES.resolve()


def test_help_names_every_program(capsys):
    with pytest.raises(SystemExit, match="0"):
        build_parser().parse_args(["--help"])
    shown = capsys.readouterr().out
    for name in ("train", "translate", "summarize", "complete", "evaluate", "export", "verify", "pack", "compress"):
        assert re.search(rf"^ +{name} ", shown, re.MULTILINE), name
