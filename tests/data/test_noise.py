"""Careless writing: each disturbance by example, shares, and settings that contradict each other."""

from __future__ import annotations

import numpy as np
import pytest

from lite_transformer_tf.data.config import DataConfig, SummaryDataConfig
from lite_transformer_tf.data.noise import (
    NoiseConfig,
    disturbed,
    doubled_letter,
    draw_joined,
    draw_noise,
    other_quotes,
    without_accents,
    without_final_mark,
)
from lite_transformer_tf.settings import SettingsError, from_mapping

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        ("lower_case", "Où est Élodie ?", "où est élodie ?"),
        ("capitals", "Où est l'île ?", "OÙ EST L'ÎLE ?"),
        ("no_final_mark", "Where is it?", "Where is it"),
        ("no_final_mark", "Où est-ce ?!", "Où est-ce"),
        ("no_final_mark", "¿Dónde está?", "Dónde está"),
        ("no_final_mark", "Mr. Smith is here...", "Mr. Smith is here"),
        ("no_final_mark", "?", "?"),
        ("quotes", "I'm \"here\", 'Tom'.", "I’m “here”, ‘Tom’."),
        ("quotes", "I’m “here”.", 'I\'m "here".'),
        ("quotes", "« Oui », dit-il.", '"Oui", dit-il.'),
        ("quotes", "No quotes.", "No quotes."),
        ("missing_accents", "Hola, ¿qué tal? ¡Adiós!", "Hola, que tal? Adios!"),
        ("missing_accents", "Ça va, Zoé ? Cœur, naïf, señor.", "Ca va, Zoe ? Coeur, naif, senor."),
        ("lower_case no_final_mark missing_accents", "À Noël !", "a noel"),
    ],
)
def test_each_disturbance(names: str, text: str, expected: str) -> None:
    assert disturbed(text, frozenset(names.split()), 0.9) == expected


def test_umlauts_have_two_spellings() -> None:
    assert without_accents("Schöne Grüße", german=True) == "Schoene Gruesse"
    assert without_accents("Schöne Grüße") == "Schone Grusse"
    found = {disturbed("schön", frozenset({"missing_accents"}), choice) for choice in (0.1, 0.9)}
    assert found == {"schoen", "schon"}
    assert disturbed("vergüenza", frozenset({"missing_accents"}), 0.1) == "verguenza"


def test_a_letter_within_a_word_is_doubled() -> None:
    assert [doubled_letter("at a bus", draw) for draw in (0.0, 0.4, 0.9)] == ["att a bus", "at a buus", "at a buss"]
    assert doubled_letter("12 €", 0.5) == "12 €"


def test_straight_and_curly_are_each_others_reverse() -> None:
    assert other_quotes(other_quotes("It's Tom's \"book\".")) == "It's Tom's \"book\"."


def test_shares_are_kept_and_case_excludes_itself() -> None:
    noise = NoiseConfig(lower_case=0.3, capitals=0.2, quotes=0.5)
    found = draw_noise(noise, 20_000, np.random.default_rng(1))
    shares = {name: round(float(met.mean()), 2) for name, met in found.items()}
    assert shares == {
        "lower_case": pytest.approx(0.3, abs=0.011),
        "capitals": pytest.approx(0.2, abs=0.011),
        "quotes": pytest.approx(0.5, abs=0.011),
        "no_final_mark": 0,
        "missing_accents": 0,
        "doubled_letters": 0,
    }
    assert not (found["lower_case"] & found["capitals"]).any()


def test_joined_pairs_are_a_share_of_the_pairs_none_twice() -> None:
    first, second = draw_joined(NoiseConfig(joined=0.1), 1000, np.random.default_rng(1))
    assert len(first) == len(second) == 50 and len({*first.tolist(), *second.tolist()}) == 100
    assert not len(draw_joined(NoiseConfig(), 1000, np.random.default_rng(1))[0])


def test_settings() -> None:
    assert not NoiseConfig() and NoiseConfig(quotes=0.1)
    names = {"source": "en", "target": "fr"}
    assert from_mapping(DataConfig, {**names, "noise": {"joined": 1}, "numbers": 0.5}).noise.joined == 1
    with pytest.raises(SettingsError, match=r"noise\.capitals must be at most 1 together with lower_case"):
        from_mapping(DataConfig, {**names, "noise": {"lower_case": 0.6, "capitals": 0.5}})
    with pytest.raises(SettingsError, match=r"noise\.quotes"):
        from_mapping(DataConfig, {**names, "noise": {"quotes": 1.5}})
    with pytest.raises(SettingsError, match="numbers are for translation"):
        from_mapping(SummaryDataConfig, {"numbers": 0.5})


def test_without_final_mark_keeps_what_would_be_empty() -> None:
    assert without_final_mark("...") == "..." and without_final_mark("Hi") == "Hi"
