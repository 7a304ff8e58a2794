"""The base installation: what works without the extras, and the one sentence where one is missing."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lite_transformer_tf._extras import PACKAGES, explain
from tests.architecture.source import ROOT, modules

pytestmark = pytest.mark.light

FIXTURES = ROOT / "tests" / "upgrade" / "fixtures"
BASE = {
    "ai_edge_litert": "ai-edge-litert",
    "sentencepiece": "sentencepiece",
    "flatbuffers": "flatbuffers",
    "google": "protobuf",
    "numpy": "numpy",
    "yaml": "pyyaml",
    "pydantic": "pydantic",
    "sacrebleu": "sacrebleu",
}
"""Packages of the base, and what they are called in pyproject.toml."""
OF_PYDANTIC = {"pydantic_core", "annotated_types"}
OPTIONAL = {"tensorflow_datasets"}
"""Packages that no extra brings: a configuration asks for them."""


def in_base(code: str) -> subprocess.CompletedProcess[str]:
    """Runs Python as if nothing but the base were installed."""
    hidden = f"import sys; sys.modules.update(dict.fromkeys({sorted(PACKAGES)!r}))\n"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", hidden + code], env=environment, capture_output=True, text=True, timeout=240
    )


def test_every_package_that_is_imported_is_declared() -> None:
    imported = {
        name.split(".")[0] for key, module in modules().items() if key.startswith("lite_") for name in module.all
    }
    known = {*BASE, *OF_PYDANTIC, *PACKAGES, *OPTIONAL, "lite_transformer_tf"}
    assert imported - known - set(sys.stdlib_module_names) == set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {
        part: {re.match(r"[\w-]+", line)[0].lower() for line in lines}  # type: ignore[index]
        for part, lines in {"base": project["dependencies"], **project["optional-dependencies"]}.items()
    }
    assert names["base"] == set(BASE.values())
    assert {"export,rouge,moses,zstd"} == set(re.findall(r"\[(.*?)\]", project["optional-dependencies"]["train"][0]))
    whole = names["train"] | names["export"] | names["rouge"] | names["moses"] | names["zstd"]
    assert {package.replace("_", "-") for package in PACKAGES} <= whole
    assert {extra for _, extra in PACKAGES.values()} <= set(names)


def test_programs_of_the_base(tmp_path: Path) -> None:
    bundle, download, data = FIXTURES / "bundle", FIXTURES / "bundle.ltpk", FIXTURES / "data"
    lines = [
        ["translate", bundle, "Where is it?", "--beam-size", "2"],
        ["evaluate", download, "--data-dir", data, "--split", "valid", "--beam-size", "1"],
        ["profile", "iwslt_160"],
        ["profile", bundle, "--json"],
        ["pack", bundle, "--output", tmp_path / "b.ltpk"],
        ["unpack", tmp_path / "b.ltpk", "--output", tmp_path / "b"],
    ]
    calls = [[str(part) for part in line] for line in lines]
    done = in_base(
        f"from lite_transformer_tf.cli.main import main\nfor call in {calls!r}: assert main(call) == 0, call"
    )
    assert done.returncode == 0, done.stderr
    assert "nrefs:1|case:mixed" in done.stdout and "paper 54.29M" in done.stdout
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == sorted(os.listdir(bundle))


def test_programs_of_the_extras_say_what_is_missing(tmp_path: Path) -> None:
    bundle, run, out = FIXTURES / "bundle", FIXTURES / "run", tmp_path / "out"
    expected = {
        ("train", "translation", "--output", out): ("train translation", "TensorFlow", "train"),
        ("train", "summarization", "--output", out): ("train summarization", "TensorFlow", "train"),
        ("train", "language-model", "--output", out): ("train language-model", "TensorFlow", "train"),
        ("train", "demo", "--output", out): ("train demo", "TensorFlow", "train"),
        ("compress", "--model", run, "--data-dir", FIXTURES / "data", "--output", out): (
            "compress",
            "TensorFlow",
            "train",
        ),
        ("export", run, "--output", out): ("export", "TensorFlow", "export"),
        ("verify", bundle, "--model", run): ("verify", "TensorFlow", "export"),
        ("translate", run, "one"): ("translate", "TensorFlow", "train"),
        ("evaluate", run, "--data-dir", FIXTURES / "data"): ("evaluate", "TensorFlow", "train"),
    }
    calls = [[str(part) for part in call] for call in expected]
    code = f"from lite_transformer_tf.cli.main import main\nfor call in {calls!r}: assert main(call) == 2, call"
    done = in_base(code)
    assert done.returncode == 0, done.stderr
    sentences = [
        f"`lite-transformer {program}` needs {package}: pip install 'lite-transformer-tf[{extra}]'"
        for program, package, extra in expected.values()
    ]
    assert done.stderr.splitlines() == sentences
    assert done.stdout == "" and not out.exists()


def test_names_of_the_package_say_what_is_missing() -> None:
    code = """
import lite_transformer_tf as lt
for name in lt.__all__:
    try:
        getattr(lt, name)
    except ImportError as error:
        print(error)
"""
    done = in_base(code)
    assert done.returncode == 0, done.stderr
    found = re.findall(
        r"^`lite_transformer_tf\.(\w+)` needs (.*): pip install 'lite-transformer-tf\[(\w+)\]'$", done.stdout, re.M
    )
    assert len(found) == len(done.stdout.splitlines())
    assert {(package, extra) for _, package, extra in found} == {("TensorFlow", "train")}
    assert {"LiteTransformer", "KerasGenerator", "load_model"} <= {name for name, _, _ in found}
    assert not {"open_bundle", "BundlePool", "Vocabulary", "preset"} & {name for name, _, _ in found}


def test_a_package_of_no_extra_is_an_ordinary_error() -> None:
    assert explain(ModuleNotFoundError(name="antigravity_2"), "x") is None
    assert explain(ModuleNotFoundError(), "x") is None
    explained = explain(ModuleNotFoundError(name="rouge_score.rouge_scorer"), "`evaluate`", "export")
    assert str(explained) == "`evaluate` needs rouge-score: pip install 'lite-transformer-tf[rouge]'"


def test_the_parts_are_in_the_documentation() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert set(re.findall(r"lite-transformer-tf\[(\w+)\]", page)) >= {extra for _, extra in PACKAGES.values()}
    tree = ast.parse((ROOT / "lite_transformer_tf" / "_extras.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
