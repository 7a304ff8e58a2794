"""Every word of the lexicon occurs in the corpus; the command that writes the corpus."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lite_transformer_tf.data.travel_phrases import SPLITS, adjectives, nouns, places, travel_phrases
from lite_transformer_tf.data.travel_phrases.__main__ import write_corpus
from lite_transformer_tf.data.travel_phrases.people import PROFESSIONS, SUBJECTS
from lite_transformer_tf.data.travel_phrases.verbs import VERBS

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def english() -> str:
    return " ".join(" " + pair.source.lower() for pair in travel_phrases()).translate(str.maketrans(".,?!", "    "))


@pytest.fixture(scope="module")
def french() -> str:
    return " ".join(" " + pair.target.lower() for pair in travel_phrases()).translate(str.maketrans(".,?!'", "     "))


def lists_of(module) -> dict[str, list]:
    return {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, list)}


@pytest.mark.parametrize("name", [name for name in lists_of(nouns)] + ["BUILDINGS", "SIGHTS", "SURROUNDINGS"])
def test_every_noun_is_used(name, english, french):
    entries = {**lists_of(nouns), **lists_of(places)}[name]
    assert len(entries) >= 3
    unused = [
        en.bare for en, _ in entries if f" {en.bare.lower()} " not in english and f" {en.pl.lower()} " not in english
    ]
    unused += [
        fr.bare
        for _, fr in entries
        if f" {fr.bare.lower()} ".replace("'", " ") not in french and f" {fr.pl.lower()} " not in french
    ]
    assert unused == []


def test_a_few_hundred_nouns():
    heads = {en.singular for entries in lists_of(nouns).values() for en, _ in entries} | {
        en.singular for en, _ in places.BUILDINGS + places.SIGHTS
    }
    assert len(heads) >= 300


def test_every_place_person_and_adjective_is_used(english):
    names = [entry.en for entry in places.CITIES_AND_COUNTRIES + SUBJECTS] + [entry.en.bare for entry in PROFESSIONS]
    names += [entry.en for entries in lists_of(adjectives).values() for entry in entries]
    assert [name for name in names if f" {name.lower()} " not in english] == []


def test_every_verb_is_used(english):
    forms = {
        name: (verb.en.base, f"{verb.en:3s}", verb.en.past, verb.en.pp, verb.en.ing) for name, verb in VERBS.items()
    }
    assert [name for name, variants in forms.items() if not any(f" {form} " in english for form in variants)] == []


def test_write_corpus(tmp_path):
    write_corpus(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "test.en",
        "test.fr",
        "train.en",
        "train.fr",
        "valid.en",
        "valid.fr",
    ]
    for split in SPLITS:
        pairs = travel_phrases(split)
        assert (tmp_path / f"{split}.en").read_text(encoding="utf-8").splitlines() == [pair.source for pair in pairs]
        assert (tmp_path / f"{split}.fr").read_text(encoding="utf-8").splitlines() == [pair.target for pair in pairs]


def test_the_command_needs_an_output_directory():
    result = subprocess.run(
        [sys.executable, "-m", "lite_transformer_tf.data.travel_phrases"], capture_output=True, text=True
    )
    assert result.returncode == 2
    assert "--output" in result.stderr
