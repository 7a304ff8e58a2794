"""Sentences around numbers for German and Spanish: the same numbers on both sides, each language's own marks."""

from __future__ import annotations

import re

import pytest

from lite_transformer_tf.data.embedded import EmbeddedText
from lite_transformer_tf.data.everyday_phrases.number_frames import FRAMES, number_frames
from lite_transformer_tf.text.items import items_of

pytestmark = pytest.mark.light


@pytest.mark.parametrize("language", ["de", "es"])
def test_numbers_are_the_same_and_splits_are_apart(language: str) -> None:
    parts = [number_frames(language, split) for split in ("train", "valid", "test")]
    sources = [{pair.source for pair in part} for part in parts]
    assert len(sources[0]) > 2500 and min(map(len, sources)) > 40 and len(set.union(*sources)) == sum(map(len, parts))
    for pair in sum(parts, []):
        keys = [sorted(i.key for i in items_of(t) if i.key[0] in "ntx") for t in (pair.source, pair.target)]
        assert keys[0] == keys[1] and keys[0], pair
        assert pair.source.endswith("?") == pair.target.endswith("?"), pair
    assert all(line.count(" = ") == 2 for line in FRAMES.strip().splitlines())


def test_each_language_writes_numbers_its_own_way() -> None:
    german, spanish = ("\n".join(pair.target for pair in number_frames(language)) for language in ("de", "es"))
    for form in (r"\d,\d\d €", r"\d\.\d{3} €", r"\d:\d\d Uhr", r"\d\. Mai \d{4}", r"\d Pfund"):
        assert re.search(form, german), form
    for form in (r"\d,\d\d €", r"\d\.\d{3} €", r"a las \d+:\d\d\b", r"\d de mayo de \d{4}", r"\d libras"):
        assert re.search(form, spanish), form
    assert not re.search(r"dollars|livres|euros", german) and not re.search("dollars|livres|Uhr", spanish)


def test_both_directions() -> None:
    forth, back = (
        EmbeddedText("number_frames", "test", ("en", "es")),
        EmbeddedText("number_frames", "test", ("es", "en")),
    )
    assert [(target, source) for source, target in forth] == list(back)
    with pytest.raises(ValueError, match=r"languages \('en', 'de'\) or \('en', 'es'\). Received: \('en', 'fr'\)"):
        EmbeddedText("number_frames", "train", ("en", "fr"))
