"""Vocabularies of imported models: dictionaries, codes of subword-nmt, SentencePiece models without byte pieces."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import sentencepiece

from lite_transformer_tf.fairseq.dictionary import cutting_files, dictionary_text, read_dictionary
from lite_transformer_tf.fairseq.errors import CheckpointError
from lite_transformer_tf.text import DictionaryVocabulary, Vocabulary, VocabularyPair, load_vocabulary, save_vocabulary
from lite_transformer_tf.text.byte_pairs import BytePairs
from lite_transformer_tf.text.single_vocabulary import read_vocabulary

pytestmark = pytest.mark.light
RECORDED = json.loads((Path(__file__).parent / "byte_pairs.json").read_text(encoding="utf-8"))
SENTENCES = ["A man rides a brown horse.", "Two men ride horses.", "The horse is brown, the men are not."] * 20


def test_byte_pairs_are_those_of_subword_nmt():
    codes, old = RECORDED["codes"], RECORDED["codes"].split("\n", 1)[1]
    new, first = BytePairs.from_text(codes), BytePairs.from_text(old)
    assert (new.version, first.version) == ((0, 2), (0, 1))
    assert [new.pieces(text) for text in RECORDED["texts"]] == RECORDED["pieces"]
    assert [first.pieces(text) for text in RECORDED["texts"]] == RECORDED["old"]
    assert new.text == codes and BytePairs.from_text(first.text).version == (0, 1)
    fast = "\n".join(f"{line} {i}" for i, line in enumerate(codes.splitlines()[1:]))
    assert BytePairs.from_text(fast).merges == new.merges


@pytest.mark.parametrize("text", ["", "#version: 0.3\na b\n", "a\n", "a b c\n", "a b\n\na c", "#version: x\na b"])
def test_codes_that_are_none(text):
    with pytest.raises(ValueError, match="Received"):
        BytePairs.from_text(text, "codes.txt")


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def test_a_dictionary_with_codes(tmp_path):
    codes = write(tmp_path / "codes", "#version: 0.2\nl o\nlo w</w>\n")
    vocabulary = read_dictionary(write(tmp_path / "dict.txt", "lo@@ 5\nlow 3\ne@@ 1\nr 0\n"), codes)
    assert vocabulary.size == 8
    assert vocabulary.encode("low lower  x") == [5, 4, 3, 6, 7, 3]
    assert vocabulary.decode([5, 4, 6, 7, 2]) == "low loer"
    assert vocabulary.decode([1, 4, 3, 0, 6]) == "lo<unk> <s> e"
    assert vocabulary.piece(4) == "lo@@" and len(vocabulary.encode(" ")) == 0
    assert dictionary_text(vocabulary) == "lo@@ 1\nlow 1\ne@@ 1\nr 1\n"
    assert cutting_files(vocabulary) == {"codes.txt": codes.read_bytes()}
    assert read_vocabulary(vocabulary.model, "source.json") == vocabulary


def sentencepiece_model() -> bytes:
    writer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES), model_writer=writer, vocab_size=40, hard_vocab_limit=False, minloglevel=2
    )
    return writer.getvalue()


def test_a_dictionary_with_a_sentencepiece_model_of_its_own_ids(tmp_path):
    model = sentencepiece_model()
    with pytest.raises(ValueError, match="not a vocabulary of this library"):
        Vocabulary(model)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    pieces = [processor.id_to_piece(i) for i in range(3, processor.vocab_size())]
    listed = "".join(f"{piece} 1\n" for piece in reversed(pieces))
    vocabulary = read_dictionary(write(tmp_path / "dict.txt", listed), pieces=write(tmp_path / "spm.model", model))
    text = "The brown horse."
    assert [vocabulary.piece(i) for i in vocabulary.encode(text)] == processor.encode(text, out_type=str)
    assert vocabulary.decode(vocabulary.encode(text)) == text
    assert vocabulary.encode("ａ man") == vocabulary.encode("a man")  # by the model's own normalisation
    assert vocabulary.unk_id in vocabulary.encode("日本")
    assert cutting_files(vocabulary) == {"spm.model": model}
    assert read_vocabulary(vocabulary.model, "vocabulary.json") == vocabulary


def test_files_of_a_pair_and_of_a_single_vocabulary(tmp_path):
    first, second = DictionaryVocabulary(["a", "b"]), DictionaryVocabulary(["c"])
    VocabularyPair(first, second).save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.json", "target.json"]
    pair = VocabularyPair.load(tmp_path)
    assert (pair.source, pair.target, pair.sizes, pair.joint) == (first, second, (6, 5), False)
    VocabularyPair(first, DictionaryVocabulary(["a", "b"])).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["vocabulary.json"]
    assert VocabularyPair.load(tmp_path).joint
    ours = Vocabulary.train(SENTENCES, 300, fill=True)
    VocabularyPair(ours, second).save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.model", "target.json"]
    assert VocabularyPair.load(tmp_path).sizes == (300, 5)
    (tmp_path / "one").mkdir()
    for vocabulary in (first, ours):
        save_vocabulary(vocabulary, tmp_path / "one")
        assert load_vocabulary(tmp_path / "one") == vocabulary
        assert len(list((tmp_path / "one").iterdir())) == 1


@pytest.mark.parametrize(
    "content", ["", "a", "a b", "a -1\n", " 1\n", "a 1\na 2\n", "a\tb 1\n", b"\xff 1\n", "a 1\n\nb 1\n"]
)
def test_dictionaries_that_are_none(tmp_path, content):
    with pytest.raises(ValueError, match="Received") as told:
        read_dictionary(write(tmp_path / "dict.txt", content))
    assert len(str(told.value)) < 400


def test_files_that_are_none(tmp_path):
    good = write(tmp_path / "dict.txt", "a 1\n")
    with pytest.raises(ValueError, match="SentencePiece model"):
        read_dictionary(good, pieces=write(tmp_path / "spm.model", "no model"))
    with pytest.raises(FileNotFoundError):
        read_dictionary(tmp_path / "missing.txt")
    with pytest.raises(FileNotFoundError):
        read_dictionary(good, byte_pairs=tmp_path / "missing.txt")
    for content in (
        b"",
        b"[]",
        b"{}",
        b'{"format": "lite-transformer-dictionary", "version": 2, "entries": []}',
        b"\xff",
    ):
        with pytest.raises(ValueError, match="a dictionary must be a JSON object"):
            read_vocabulary(content, "vocabulary.json")
    broken = {"format": "lite-transformer-dictionary", "version": 1, "entries": ["a"]}
    for change in ({"byte_pairs": 1}, {"sentencepiece": "%%"}, {"entries": [1]}, {"byte_pairs": "a"}):
        with pytest.raises(ValueError, match="vocabulary.json"):
            read_vocabulary(json.dumps({**broken, **change}).encode(), "vocabulary.json")
    assert issubclass(CheckpointError, ValueError)
