"""`train everyday`: which files it finds, which texts it adds, and which programs it runs."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from lite_transformer_tf.everyday.pairs import find_pair, find_pairs, write_further_texts
from lite_transformer_tf.everyday.plan import Plan
from lite_transformer_tf.settings import read_settings
from train.__main__ import main

pytestmark = pytest.mark.light

SIDES = {
    ("en-fr", "train"): (["Hello.", "I am here."], ["Bonjour.", "Je suis ici."]),
    ("en-fr", "valid"): (["Where are you?"], ["Où es-tu ?"]),
    ("en-fr", "test"): (["Good night."], ["Bonne nuit."]),
    ("en-de", "train"): (
        ["hello.", "We sing.", "We sing.", "Good  night."],
        ["Hallo.", "Wir singen.", "Wir singen.", "x"],
    ),
    ("en-de", "valid"): (["I sleep."], ["Ich schlafe."]),
    ("de-es", "train"): (["Ja."], ["Sí."]),
}


@pytest.fixture
def data(tmp_path) -> Path:
    for (folder, split), sides in SIDES.items():
        (tmp_path / "data" / folder).mkdir(parents=True, exist_ok=True)
        for language, lines in zip(folder.split("-"), sides, strict=True):
            text = "".join(f"{line}\n" for line in lines).encode()
            path = tmp_path / "data" / folder / f"{split}.{language}"
            if folder == "en-de":
                path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(text))
            else:
                path.write_bytes(text)
    (tmp_path / "data" / "notes.txt").write_text("no pair")
    return tmp_path / "data"


def test_pairs_are_found_by_their_folders_in_either_direction(data):
    assert [pair.languages for pair in find_pairs(data)] == [("de", "es"), ("en", "de"), ("en", "fr")]
    assert find_pair(data, "fr", "en").folder.name == "en-fr"
    assert [path.name for path in find_pair(data, "de", "en").held_out] == ["valid.de.gz", "valid.en.gz"]
    with pytest.raises(FileNotFoundError, match=r"A folder en-it or it-en must hold the pairs\. Received: .*'en-fr'"):
        find_pair(data, "en", "it")
    with pytest.raises(FileNotFoundError, match=r"test\.de must be there, plain or packed\. Received"):
        find_pair(data, "en", "de").needed("test", "de")


def test_further_texts_are_those_of_other_pairs_once_and_never_held_out(data, tmp_path):
    pair, path = find_pair(data, "en", "fr"), tmp_path / "further.en"
    assert (
        write_further_texts(data, pair, "en", path) == 1
    )  # "hello." is a text of the pair, "Good  night." of its test
    assert path.read_text() == "We sing.\n"
    assert write_further_texts(data, pair, "fr", tmp_path / "further.fr") == 0
    assert write_further_texts(data, find_pair(data, "en", "de"), "en", tmp_path / "of_german") == 1
    assert (tmp_path / "of_german").read_text() == "I am here.\n"


def test_further_texts_belong_to_the_files_that_they_were_made_from(data, tmp_path):
    """Kept for the same files, made anew for others, and when they are not as they were written."""
    plan = Plan("en", "fr", data, tmp_path / "out")
    path = plan.further_texts()["en"]
    before = path.stat().st_mtime_ns
    assert plan.further_texts() == {"en": path} and path.stat().st_mtime_ns == before
    path.write_text("We si")
    plan.further_texts()
    assert path.read_text() == "We sing.\n"
    packed = data / "en-de" / "train.en.gz"
    packed.write_bytes(gzip.compress(b"hello.\nWe dance.\n"))
    plan.further_texts()
    assert path.read_text() == "We dance.\n"


def words_of(plan: Plan) -> list[str]:
    return [step.words[0] if step.words[0] != "train" else step.words[1] for step in plan.steps()]


def test_a_plan_has_the_steps_that_its_texts_allow(data, tmp_path):
    plan = Plan("en", "fr", data, tmp_path / "out", ("training.epochs=1",))
    assert words_of(plan) == ["translation", "distill", "distill", "translation", "compress"]
    back = Plan("fr", "en", data, tmp_path / "out", ("training.epochs=1",))
    assert words_of(back) == ["translation", "distill", "distill", "translation", "compress"]
    assert "--reverse" in back.steps()[2].words and "--reverse" not in plan.steps()[2].words
    assert plan.both == back.both and plan.directory != back.directory
    both = read_settings(tmp_path / "out" / "both-en-fr.yaml")
    assert both["training"]["epochs"] == 1
    sources = [corpus.get("path") and Path(corpus["path"]).name for corpus in both["data"]["files"]["train"]]
    assert sources[:2] == ["train.en", "train.fr"]
    one = read_settings(tmp_path / "out" / "fr-en" / "training.yaml")
    assert (one["data"]["source"], one["data"]["target"]) == ("fr", "en")
    assert [Path(corpus["path"]).name for corpus in one["data"]["files"]["test"]] == ["test.fr"]
    corpora = one["data"]["files"]["train"]
    made = [Path(corpus["path"]).parent.name for corpus in corpora if corpus["path"] and corpus["weight"] == 0.5]
    assert made == ["distilled_pairs", "back_translated"]


def test_a_given_model_for_both_directions_takes_the_first_step(data, tmp_path):
    plan = Plan("en", "de", data, tmp_path / "out", start=tmp_path / "model")
    assert words_of(plan) == ["distill", "distill", "distill", "translation", "compress"]
    assert all(str(tmp_path / "model") in step.words for step in plan.steps()[:3])


def test_a_translator_of_a_related_language_takes_all_steps_before_the_training(data, tmp_path):
    plan = Plan("en", "de", data, tmp_path / "out", relative="everyday-en-fr")
    assert words_of(plan) == ["translation", "compress"]
    words = plan.steps()[0].words
    assert words[-5:] == ("--start", "everyday-en-fr", "--new-vocabulary", "--output", str(plan.directory / "training"))
    one = read_settings(tmp_path / "out" / "en-de" / "training.yaml")
    assert [corpus["corpus"] for corpus in one["data"]["files"]["train"]] == [
        None,
        "number_frames",
        "phrasebook",
        "essentials",
    ]
    assert (one["training"]["epochs"], one["training"]["schedule"]["peak"], one["data"]["tokens_per_batch"]) == (
        6,
        1.5e-3,
        4096,
    )
    assert "average_bits=4.7" in plan.steps()[1].words
    assert not plan.both.exists() and not plan.both.with_suffix(".yaml").exists()
    changed = Plan("en", "de", data, tmp_path / "other", ("training.epochs=2",), relative="everyday-en-fr")
    changed.steps()
    assert read_settings(tmp_path / "other" / "en-de" / "training.yaml")["training"]["epochs"] == 2


def test_the_program_shows_its_plan_and_refuses_an_unknown_relative_before_any_work(data, tmp_path, capfd):
    words = ["everyday", "en", "de", "--data-dir", str(data), "--output", str(tmp_path / "out"), "--plan"]
    assert main([*words, "--relative", "no-such-model"]) == 2
    assert "Received: 'no-such-model'" in capfd.readouterr().err and not (tmp_path / "out").exists()
    assert main([*words, "--relative", "everyday-en-fr"]) == 0
    shown = capfd.readouterr().out
    assert "step 1 of 2: the model of en to de" in shown and "--start everyday-en-fr --new-vocabulary" in shown
    with pytest.raises(SystemExit):
        main([*words, "--relative", "everyday-en-fr", "--both", "everyday-en-fr"])
