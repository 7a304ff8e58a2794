"""Every program on every form of a model for every task: it works, or is refused with one sentence and exit code 2."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.cli.programs import all_commands
from lite_transformer_tf.tasks.registry import TASKS
from tests.cli.models import FORMS, MAKERS, Forms, cells, write_test_sets
from tests.test_install import in_base

SPEED = re.compile(r"[\d.]+ tokens/s")
QUICK = ["--beam-size", "1", "--max-length", "4"]
IN_DIRECTORY, AS_BUNDLE = ("model", "run"), ("bundle", "download")


@pytest.fixture(scope="module")
def sets(tmp_path_factory) -> dict[str, list[str]]:
    return write_test_sets(tmp_path_factory.mktemp("sets"))


def call(capfd, *arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of a command line."""
    capfd.readouterr()
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as stopped:  # argparse
        code = int(stopped.code or 0)
    return (code, *capfd.readouterr())


def check(result: tuple[int, str, str], works: bool) -> None:
    code, _, errors = result
    assert code == (0 if works else 2), errors
    if not works:
        lines = [line for line in errors.strip().split("\n") if line.startswith("lite-transformer")]
        assert len(lines) == 1 and re.search(r"\. Received: |^.*: Give ", lines[0]), errors


def path_of(all_models: dict[str, Forms], task: str, form: str):
    return getattr(all_models[task], form)


@pytest.mark.parametrize("task, form", cells())
class TestEveryProgram:
    def test_answers(self, task, form, all_models, capfd):
        """Only the program of the task answers."""
        path = path_of(all_models, task, form)
        for name, other in TASKS.items():
            options = ["--max-tokens", "4"] if other.verb == "complete" else QUICK
            check(call(capfd, other.verb, path, "one two", *options), works=name == task)

    def test_evaluate(self, task, form, all_models, sets, capfd, tmp_path):
        path = path_of(all_models, task, form)
        bar = TASKS[task].bar.name
        passing, failing = ("0", "1e9") if TASKS[task].score.higher_is_better else ("1e9", "0")
        options = [] if task == "language-model" else QUICK
        arguments = ["evaluate", path, *sets[task], *options, "--output", tmp_path]
        check(call(capfd, *arguments, bar, passing), works=True)
        report = json.loads((tmp_path / "report.json").read_text())
        kind = "bundle" if form in AS_BUNDLE else "model directory"
        assert (report["task"], report["kind"], report["passed"]) == (task, kind, True)
        if form == "bundle":
            code, _, errors = call(capfd, *arguments, bar, failing)
            assert code == 1 and bar in errors
            assert json.loads((tmp_path / "report.json").read_text())["passed"] is False

    def test_profile(self, task, form, all_models, capfd):
        result = call(capfd, "profile", path_of(all_models, task, form), "--target", "4", "--layers", "1", "--json")
        check(result, works=True)
        assert json.loads(result[1])["target_tokens"] == 4

    def test_export(self, task, form, all_models, capfd, tmp_path):
        beam = [] if task == "language-model" else ["--beam-size", "1"]
        arguments = ["--output", tmp_path / "out", "--variant", "float32", "--buckets", "32", *beam]
        own_texts = [] if form in IN_DIRECTORY else ["--check-set", all_models[task].model / "check_sentences.txt"]
        check(call(capfd, "export", path_of(all_models, task, form), *arguments, *own_texts), works=True)
        assert (tmp_path / "out" / "manifest.json").is_file()

    def test_verify(self, task, form, all_models, capfd):
        """A bundle, with the run of its task."""
        path = path_of(all_models, task, form)
        check(call(capfd, "verify", path, "--model", all_models[task].run), works=form in AS_BUNDLE)
        other = "summarization" if task == "translation" else "translation"
        check(call(capfd, "verify", path, "--model", all_models[other].run), works=False)
        if form in AS_BUNDLE:  # with the model that its own weights make
            texts = ["--check-set", all_models[task].model / "check_sentences.txt"]
            check(call(capfd, "verify", path, "--model", path, *texts), works=True)

    def test_suggest(self, task, form, all_models, capfd):
        """The language model has pieces, and suggestions need typed words."""
        check(call(capfd, "suggest", path_of(all_models, task, form), "one t"), works=False)

    def test_pack_and_unpack(self, task, form, all_models, capfd, tmp_path):
        path = path_of(all_models, task, form)
        check(call(capfd, "pack", path, "--output", tmp_path / "a.ltpk"), works=form == "bundle")
        check(call(capfd, "unpack", path, "--output", tmp_path / "b"), works=form == "download")

    def test_training_does_not_begin_with_what_is_no_model_of_the_task(self, task, form, all_models, capfd, tmp_path):
        path = path_of(all_models, task, form)
        for name in TASKS:
            if name != task:
                arguments = ["--start", path, "--output", tmp_path / "run", "--quiet"]
                check(call(capfd, "train", name, *arguments), works=False)
                assert not (tmp_path / "run").exists()

    def test_compression_needs_a_run(self, task, form, all_models, capfd, tmp_path):
        check(call(capfd, "compress", "--model", path_of(all_models, task, form), "--output", tmp_path / "o"), False)
        assert not (tmp_path / "o").exists()


def test_the_table_is_whole():
    """A new program, task or form needs a row here."""
    answering = {task.verb for task in TASKS.values()}
    others = {"train", "evaluate", "distill", "profile", "export", "verify", "pack", "unpack", "compress"}
    others |= {"conformance", "presets", "pretrained", "suggest", "import-fairseq", "export-fairseq"}
    assert set(all_commands()) == answering | others and set(MAKERS) == set(TASKS) and len(FORMS) == 4


REFUSED = {
    "translation": [
        ("evaluate {path} --max-perplexity 1 --min-rouge 99", "--min-rouge is an option"),
        ("evaluate {path} --min-rouge 99", "--min-rouge is an option for models for summarization"),
        ("evaluate {path} --lead '3 words'", '--lead is an option for models for summarization'),
        ("evaluate {path} --pairs x.tsv", "--pairs is an option for models for summarization"),
        ("evaluate {path} --fields a b", "Received: --fields a b with"),
        ("evaluate {path} --block 4", "--block is an option for models for language-model"),
        ("evaluate {path} --text x", "--text is an option for models for language-model"),
        ("evaluate {path} --source {en} --target {de} --split valid", "--split is not"),
        ("evaluate {path} --source {en} --target {de} --languages a b", "is not used"),
        ("evaluate {path} --data-dir {folder} --sentences 0", "--sentences must be at least 1"),
        ("translate {path} one --batch-size 4", "--batch-size is for the lines of --input"),
        ("translate {path} one --n-best 2 --beam-size 1", "n_best must not exceed beam_size"),
        ("export {path} --output {folder}/out --fields a b", "--fields is for --pairs"),
        ("export {path} --output {folder}/out --pairs {tsv} --fields a b", "is for .jsonl"),
        ("export {path} --output {folder}/out --check-limit 0", "--check-limit must be at least 1"),
        ("export {path} --output {folder}/out --calibration {en}", "is for the variant int16x8"),
        ("export {path} --output {folder}/out --beam-size 0", "beam_size must be at least 1"),
        ("verify {bundle} --model {path} --check-limit -1", "--check-limit must be at least 1"),
        ('verify {bundle} --model {path} --float-activations', "variants ('int8', 'int4')"),
        ("train translation --download", "unrecognized arguments: --download"),
    ],
    "summarization": [
        ("evaluate {path} --languages a b", "--languages is an option for models for translation"),
        ("evaluate {path} --min-bleu 1", "--min-bleu is an option for models for translation"),
        ("evaluate {path} --context-window 4", "--context-window is an option for models for lang"),
        ("evaluate {path} --fields a b", "--fields is for --pairs or --data-dir"),
        ("evaluate {path} --pairs {tsv} --fields a b", "--fields is for .jsonl files"),
        ("evaluate {path} --pairs {tsv} --split valid", "--split is not used with --pairs"),
        ("evaluate {path} --source {en} --target {de} --fields a b", "is not used"),
        ("evaluate {path} --data-dir {folder} --split pairs --fields a b", "--fields is for .jsonl files"),
        ("evaluate {path} --split nothing", "--split must be train, valid or test"),
        ("train summarization --download --output {folder}/out", "Only data sets of tensorflow-"),
    ],
    "language-model": [
        ("evaluate {path} --languages a b", "--languages is an option for models for transl"),
        ("evaluate {path} --min-bleu 1", "--min-bleu is an option"),
        ("evaluate {path} --beam-size 2", "--beam-size is an option for models for translation or"),
        ("evaluate {path} --source {en} --target {de}", "is an option for models for"),
        ("evaluate {path} --copy-check off", "for translation or summarization. Received: --copy-check off with"),
        ("evaluate {path} --sentences 2", "--sentences is an option"),
        ("evaluate {path} --text {en} --split test", "--split is not used with --text"),
        ("evaluate {path} --text {en} --block 0", "block must be at least 1"),
        ("complete {path} one --temperature 0 --top-k 3", "--top-k is for sampling"),
        ("complete {path} one --temperature 0 --n 3", "--n is for sampling"),
        ("complete {path} one --n 0", "--n must be at least 1"),
        ("export {path} --output {folder}/out --beam-size 2", "--beam-size is an option for"),
        ("export {path} --output {folder}/out --references {de}", "--references is an option"),
        ("export {path} --output {folder}/out --pairs {tsv}", "--pairs is an option for"),
        ("export {path} --output {folder}/out --languages a b", "--languages is an option"),
        ("profile {path} --source 4", "--source is for models with an encoder"),
        ("distill {path} --texts {en} --output {folder}/out", "`distill` needs a model that answers texts"),
        ("train language-model --start {path} --config nothing.yaml", "cannot be read"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("task, command, message", [(task, *row) for task, rows in REFUSED.items() for row in rows])
def test_an_option_that_cannot_be_honoured_is_refused(task, command, message, all_models, tmp_path, capfd):
    forms = all_models[task]
    write_test_sets(tmp_path)
    (tmp_path / "pairs.tsv").write_text("one\teins\n")
    places = {"path": forms.model, "bundle": forms.bundle, "folder": tmp_path}
    places |= {"en": tmp_path / "test.en", "de": tmp_path / "test.de", "tsv": tmp_path / "pairs.tsv"}
    code, _, errors = call(capfd, *shlex.split(command.format(**places)))
    assert code == 2 and message in errors, errors
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("task", ["translation", "summarization"])
def test_a_file_without_beam_search_is_greedy_by_default(task, all_models, capfd):
    """As docs/bundle.md recommends it; a larger beam that is asked for is refused."""
    bundle, verb = all_models[task].bundle, TASKS[task].verb
    greedy = call(capfd, verb, bundle, "one two three", "--beam-size", "1", "--max-length", "4")
    check(greedy, works=True)
    assert call(capfd, verb, bundle, "one two three", "--max-length", "4")[:2] == greedy[:2]
    code, _, errors = call(capfd, verb, bundle, "one two three", "--beam-size", "4")
    assert code == 2 and "beam_size must be at most 1" in errors


def test_languages_are_known_from_every_form(all_models, sets, tmp_path, capfd):
    """Also from the download form of a bundle, which is one file."""
    write_test_sets(tmp_path)
    for form in FORMS:
        path = path_of(all_models, "translation", form)
        check(call(capfd, "evaluate", path, "--data-dir", tmp_path, *QUICK), works=True)
    path = path_of(all_models, "summarization", "model")
    check(call(capfd, "evaluate", path, "--data-dir", tmp_path, *QUICK), works=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["{path}", "one", "two", *QUICK],
        ["{path}", *QUICK, "one", "two"],
        [*QUICK, "{path}", "one", "two"],
        ["{path}", "one", *QUICK, "two"],
        ["--beam-size", "1", "{path}", "one", "--max-length", "4", "two"],
    ],
)
def test_options_may_stand_anywhere(arguments, all_models, capfd):
    forms = all_models["translation"]
    code, output, errors = call(capfd, "translate", *(argument.format(path=forms.bundle) for argument in arguments))
    assert code == 0, errors
    assert output == "".join(call(capfd, "translate", forms.bundle, text, *QUICK)[1] for text in ("one", "two"))


def test_texts_that_look_like_options(all_models, capfd):
    path = all_models["language-model"].bundle
    result = call(capfd, "complete", path, "--max-tokens", "2", "--temperature", "0", "--", "--one", "two")
    check(result, works=True)
    assert result[1].startswith("--one two")
    code, _, errors = call(capfd, "complete", path, "one", "--max-token", "2", "--seeds", "1", "two")
    assert code == 2 and "unrecognized arguments: --seeds" in errors


def test_bundles_of_every_task_without_tensorflow(all_models, sets, capfd):
    """The output of a process without any package of the extras is that of this one, and there are no other lines."""
    calls = [["complete", all_models["language-model"].bundle, "one", "--max-tokens", "9"]]
    calls += [["evaluate", all_models["language-model"].bundle, *sets["language-model"]]]
    calls += [["summarize", all_models["summarization"].download, "one two three", *QUICK]]
    calls = [[str(part) for part in arguments] for arguments in calls]
    summaries = ["evaluate", str(all_models["summarization"].bundle), *sets["summarization"]]
    done = in_base(
        f"from lite_transformer_tf.cli.main import main\nfor call in {[*calls, summaries]!r}: print(main(call))"
    )
    outputs = [call(capfd, *arguments)[1] for arguments in calls]
    assert SPEED.sub("", done.stdout) == SPEED.sub("", "0\n".join([*outputs, "2\n"]))
    assert done.stderr == "`lite-transformer evaluate` needs rouge-score: pip install 'lite-transformer-tf[rouge]'\n"
