"""Suggestions while typing: with a table of probabilities, with Keras, and with a compiled file."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lite_transformer_tf.decoding.completion import Completer
from lite_transformer_tf.decoding.keras_completer import KerasCompleter
from lite_transformer_tf.decoding.suggestions import DROPPED, LONGEST, Suggester, accept
from lite_transformer_tf.litert.graph.compiler import compile_language_model
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.text import TypedWords, WordVocabulary
from tests.tflite.language_models import language_model_of, lite

SPECIAL = ("<s>", "<pad>", "<eos>", "<unk>")
WORDS = (". , 0 the you I'm I Tom your you're yours is are see Paris party then there this café don't we "
         "thin TV it it's").split()  # fmt: skip
VOCABULARY = TypedWords([*SPECIAL, *WORDS])
BUCKETS = (8, 64)


class Bigrams(Completer):
    """The next word is likelier the earlier it is in the vocabulary, counted from behind the last one on.

    Attributes:
        runs: Runs of the model.
        read: The ids that were read last.
    """

    runs = 0

    def start(self, ids):
        self.runs += 1
        self.read = list(ids)
        self.log_probabilities = self._row()
        return self

    def step(self, token):
        self.runs += 1
        self.read.append(token)
        self.log_probabilities = self._row()
        return self.log_probabilities

    def _row(self):
        return -((np.arange(VOCABULARY.size) - self.read[-1] - 1) % VOCABULARY.size).astype(np.float32)


@pytest.fixture
def bigrams() -> Bigrams:
    return Bigrams(VOCABULARY)


CASES = {
    "": ["The", "You", "I'm"],
    "The ": ["you", "I'm", "I"],
    "the": ["then", "there"],
    "TH": ["THE", "THEN", "THERE"],
    "Th": ["The", "Then", "There"],
    "see th": ["then", "there", "this"],
    "Then th": ["there", "this", "thin"],
    "Then Th": ["There", "This", "Thin"],
    "we see pa": ["Paris", "party"],
    "we see PA": ["PARIS", "PARTY"],
    "We see Pa": ["Paris", "Party"],
    "You": ["Your", "You're", "Yours"],
    "I": ["I'm", "Is", "It"],
    "then i": ["it", "it's", "I'm"],
    "Don’": ["Don’t"],
    "caf": ["café"],
    "cafe\u0301": [],
    "Tom. ": ["The", "You", "I'm"],
    "Tom, ": ["the", "you", "I'm"],
    "Tom,": [],
    "at 5": [],
    "xyzzy": [],
}


@pytest.mark.parametrize("text", CASES)
def test_suggestions(bigrams: Bigrams, text: str) -> None:
    assert Suggester(bigrams).suggest(text) == CASES[text]


def test_the_number_of_words(bigrams: Bigrams) -> None:
    suggester = Suggester(bigrams)
    assert suggester.suggest("", 1) == ["The"] and len(suggester.suggest("", 100)) == len(WORDS) - 3
    with pytest.raises(ValueError, match="count must be at least 1. Received: 0"):
        suggester.suggest("", 0)


def test_a_key_costs_at_most_one_run(bigrams: Bigrams) -> None:
    suggester = Suggester(bigrams)
    typed = "You're there, Tom. I see the café... Is it 5?\nThis is your TV."
    texts = [typed[:end] for end in range(len(typed) + 1)]
    runs = []
    for text in texts:
        before = bigrams.runs
        assert suggester.suggest(text) == Suggester(Bigrams(VOCABULARY)).suggest(text), text
        runs.append(bigrams.runs - before)
    assert max(runs) == 1 and sum(runs) < len(VOCABULARY.encode(typed)) + 3
    before = bigrams.runs
    for text in (typed, typed[:-1], typed[:-4], typed[:-2], typed[:-4]):  # keys back and forth
        suggester.suggest(text)
    assert bigrams.runs - before == 0


def test_a_long_sentence_loses_its_beginning(bigrams: Bigrams) -> None:
    suggester = Suggester(bigrams)
    typed = [VOCABULARY.words[4 + 3 * number % len(WORDS)] for number in range(LONGEST + 2 * DROPPED + 2)]
    typed = ["the" if word == "." else word for word in typed]
    for words in range(1, len(typed)):
        suggester.suggest(" ".join(typed[:words]) + " ")
        dropped = -(-max(words - LONGEST, 0) // DROPPED) * DROPPED
        assert bigrams.read[1:] == VOCABULARY.encode(" ".join(typed[dropped:words]))
        assert len(bigrams.read) <= 1 + LONGEST


def test_a_failed_run_leaves_nothing_behind(bigrams: Bigrams, monkeypatch: pytest.MonkeyPatch) -> None:
    suggester = Suggester(bigrams)
    suggester.suggest("the ")
    with monkeypatch.context() as patch:
        patch.setattr(Bigrams, "step", lambda self, token: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            suggester.suggest("the Tom ")
    assert suggester.suggest("the Tom is ") == Suggester(Bigrams(VOCABULARY)).suggest("the Tom is ")


def test_picking() -> None:
    cases = {("How a", "are"): "How are ", ("", "The"): "The ", ("a ", "b"): "a b ", ("we don’", "don't"): "we don't "}
    assert {given: accept(*given) for given in cases} == cases


def test_other_vocabularies_are_refused() -> None:
    with pytest.raises(ValueError, match="vocabulary.kind: typed. Received: one with WordVocabulary"):
        Suggester(Bigrams(WordVocabulary(VOCABULARY.words)))


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> tuple[KerasCompleter, TFLiteCompleter]:
    model = language_model_of(lite(vocabulary_size=VOCABULARY.size, cutoffs=(9, 20)), seed=3)
    folder = tmp_path_factory.mktemp("model")
    (folder / "model.tflite").write_bytes(compile_language_model(model.config, model.named_weights(), BUCKETS))
    VOCABULARY.save(folder / "vocabulary.txt")
    runner = LanguageModelRunner(folder / "model.tflite", BUCKETS)
    completer = TFLiteCompleter(runner, VOCABULARY)
    completer.folder = folder  # type: ignore[attr-defined]
    return KerasCompleter(model, VOCABULARY), completer


def _texts(seed: int, words: int) -> list[str]:
    generator = random.Random(seed)
    typed = " ".join(generator.choice([*WORDS, "5", "unheard."]) for _ in range(words))
    return [typed[:end] for end in range(len(typed) + 1)]


def test_a_bundle_suggests_what_its_model_does(both) -> None:
    of_keras, of_file = map(Suggester, both)
    texts = [*_texts(1, 12), "", "the ", "the To", *_texts(2, 6)]
    assert [of_file.suggest(text) for text in texts] == [of_keras.suggest(text) for text in texts]
    long = "the you see this " * 20
    assert of_file.suggest(long) == of_keras.suggest(long)


def test_threads_get_the_answers_of_one(both) -> None:
    texts = [_texts(seed, 4) for seed in range(4)]
    expected = [[Suggester(both[1]).suggest(text) for text in typed] for typed in texts]
    shared = Suggester(both[1])
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda typed: [shared.suggest(text) for text in typed], texts))
    assert found == expected


def test_suggesting_from_a_file_needs_no_tensorflow(both) -> None:
    folder = both[1].folder
    program = f"""
import sys
from lite_transformer_tf.decoding.suggestions import Suggester
from lite_transformer_tf.text.single_vocabulary import load_vocabulary
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
runner = LanguageModelRunner({str(folder / "model.tflite")!r}, {BUCKETS})
print(Suggester(TFLiteCompleter(runner, load_vocabulary({str(folder)!r}))).suggest("Is th"))
print(sorted({{"tensorflow", "tf_keras"}} & set(sys.modules)))
"""
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines() == [str(Suggester(both[0]).suggest("Is th")), "[]"]
