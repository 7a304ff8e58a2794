"""The table of everyday sentences, with a real model."""

from __future__ import annotations

from benchmarks.everyday_sentences import translate
from lite_transformer_tf.cli.main import main
from lite_transformer_tf.lines import as_lines


def test_sentences_are_translated_as_the_program_translates_them(model_directory, capfd):
    texts = ["one two. three!", "six"]
    translations = [answer.text for answer in translate(model_directory, texts)]
    assert main(["translate", str(model_directory), *texts]) == 0
    assert capfd.readouterr().out == as_lines(translations)
