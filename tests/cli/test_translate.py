"""`translate` through the real command: arguments, files, streaming, n-best, errors."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.decoding.line_by_line import batched
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.lines import decode_lines, one_line
from lite_transformer_tf.tasks.stored_model import open_model

from .conftest import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = DecodingOptions(beam_size=3, max_length=6, n_best=3)
FLAGS = ["--beam-size", "3", "--max-length", "6"]


@pytest.fixture(scope="module")
def expected(model_directory) -> list[list[Hypothesis]]:
    """What the generator says, asked directly."""
    return open_model(model_directory).generate(SENTENCES, OPTIONS)


def test_a_file_gives_one_line_for_each_line(model_directory, text_files, expected, capfdbinary):
    assert main(["translate", str(model_directory), "--input", str(text_files[0]), "--batch-size", "2", *FLAGS]) == 0
    assert capfdbinary.readouterr().out.decode() == "".join(
        f"{one_line(hypotheses[0].text)}\n" for hypotheses in expected
    )


def test_n_best_and_output_file(model_directory, text_files, expected, tmp_path):
    output = tmp_path / "out.tsv"
    assert (
        main(
            [
                "translate",
                str(model_directory),
                "--input",
                str(text_files[0]),
                "--output",
                str(output),
                "--n-best",
                "3",
                *FLAGS,
            ]
        )
        == 0
    )
    rows = [line.split("\t") for line in output.read_text(encoding="utf-8").split("\n")[:-1]]
    wanted = [(number, hypothesis) for number, hypotheses in enumerate(expected, start=1) for hypothesis in hypotheses]
    assert [(int(number), text) for number, _, text in rows] == [
        (number, one_line(hypothesis.text)) for number, hypothesis in wanted
    ]
    assert [float(score) for _, score, _ in rows] == pytest.approx(
        [hypothesis.score for _, hypothesis in wanted], abs=1e-5
    )
    assert [path.name for path in tmp_path.iterdir()] == ["out.tsv"]


def test_standard_input_streams(model_directory, expected):
    """Each line is answered before the next one is written."""
    command = [
        sys.executable,
        "-m",
        "lite_transformer_tf.cli.main",
        "translate",
        str(model_directory),
        "--scores",
        *FLAGS,
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout
        for sentence, hypotheses in zip(SENTENCES, expected, strict=True):
            process.stdin.write(f"{sentence}\n".encode())
            process.stdin.flush()
            score, text = process.stdout.readline().decode().rstrip("\n").split("\t")
            assert text == one_line(hypotheses[0].text)
            assert float(score) == pytest.approx(hypotheses[0].score, abs=1e-5)
        process.stdin.write(b"\xff\xfe broken\n")
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"line 6: A line must be UTF-8." in errors


def test_lines():
    stream = io.BytesIO("a\r\nb\n\ncü".encode() + b"\n\xff\n")
    assert list(decode_lines(stream)) == [(1, "a"), (2, "b"), (3, ""), (4, "cü"), (5, None)]
    assert [len(batch) for batch in batched(((number, "x") for number in range(5)), 2)] == [2, 2, 1]
    assert one_line("a\nb\r\nc\td\u2028e") == "a b c d e"


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["nowhere"], "does not exist"),
        (["{empty}"], "holds none of their files"),
        (["{unfinished}"], "has not finished"),
        (["{model}", "text", "--input", "file"], "not both"),
        (["{model}", "--input", "{empty}/no.txt"], "--input must name a file that exists"),
        (["{model}", "text", "--n-best", "9"], "n_best must not exceed beam_size, 4"),
        (["{model}", "text", "--batch-size", "0"], "--batch-size must be at least 1"),
    ],
)
def test_mistakes_are_one_sentence_and_exit_code_2(arguments, message, model_directory, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "unfinished" / "checkpoints").mkdir(parents=True)
    places = {"model": model_directory, "empty": tmp_path / "empty", "unfinished": tmp_path / "unfinished"}
    assert main(["translate", *(argument.format(**places) for argument in arguments)]) == 2
    errors = capsys.readouterr().err
    assert message in errors
    assert errors.startswith("lite-transformer translate: ") and errors.count("\n") == 1
