"""Training, saving, loading and checking of vocabularies."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest
import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from lite_transformer_tf.text import Vocabulary, VocabularyPair
from tests.text.corpus import ENGLISH, FRENCH, trained

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return trained("unigram")


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_training_is_deterministic_and_exact_in_size(kind: str) -> None:
    first, second = trained(kind), trained.__wrapped__(kind)
    assert first is not second
    assert first.model == second.model
    assert first == second and hash(first) == hash(second)
    assert first.size == len(first) == 420
    assert [first.piece(i) for i in range(4)] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert (first.bos_id, first.pad_id, first.eos_id, first.unk_id) == (0, 1, 2, 3)
    assert first.piece(4) == "<0x00>" and first.piece(259) == "<0xFF>"


def test_pieces_and_special_ids_decode_to_text(vocabulary: Vocabulary) -> None:
    text = ENGLISH[0]
    ids = vocabulary.encode(text)
    assert "".join(vocabulary.pieces(text)).replace("\u2581", " ").strip() == text
    assert vocabulary.decode([0, *ids, 2, 1, 1]) == text
    with pytest.raises(ValueError, match=r"Ids must lie in \[0, 420\)"):
        vocabulary.decode([420])
    with pytest.raises(ValueError, match="An id must lie"):
        vocabulary.piece(-1)


def test_saving_and_loading(vocabulary: Vocabulary, tmp_path: Path) -> None:
    vocabulary.save(tmp_path / "new" / "vocabulary.model")
    loaded = Vocabulary.load(tmp_path / "new" / "vocabulary.model")
    assert loaded == vocabulary and loaded.fingerprint == vocabulary.fingerprint
    assert pickle.loads(pickle.dumps(loaded)) == vocabulary
    assert [entry.name for entry in (tmp_path / "new").iterdir()] == ["vocabulary.model"]
    with pytest.raises(FileNotFoundError, match="missing.model"):
        Vocabulary.load(tmp_path / "missing.model")


def test_filling_up_to_a_size_changes_no_text(vocabulary: Vocabulary) -> None:
    padded = vocabulary.padded(512)
    assert padded.size == 512
    assert [padded.encode(text) for text in ENGLISH + FRENCH] == [vocabulary.encode(text) for text in ENGLISH + FRENCH]
    assert padded.decode([420, *padded.encode("a bus"), 511]) == "a bus"
    assert padded.padded(520).piece(512) == "<unused_92>"
    assert vocabulary.padded(420) == vocabulary
    with pytest.raises(ValueError, match="can only grow"):
        padded.padded(420)


def test_sizes_that_the_text_cannot_have() -> None:
    with pytest.raises(ValueError, match=r"support a unigram vocabulary of at most (\d+) pieces.*size=9000"):
        Vocabulary.train(ENGLISH, 9000)
    with pytest.raises(ValueError, match=r"need a size of at least (\d+).*size=262"):
        Vocabulary.train(ENGLISH, 262, "bpe")
    filled = Vocabulary.train(ENGLISH, 9000, fill=True)
    assert filled.size == 9000 and filled.piece(8999).startswith("<unused_")
    assert filled.decode(filled.encode(FRENCH[0])) == FRENCH[0]


@pytest.mark.parametrize("sentences", [[], ["", "  "]])
def test_text_without_text_is_refused(sentences: list[str]) -> None:
    with pytest.raises(ValueError, match="at least one sentence with text"):
        Vocabulary.train(sentences, 300)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "word"}, "kind must be one of"),
        ({"size": 0}, "size must be positive"),
        ({"character_coverage": 0.0}, "character_coverage must be in"),
        ({"max_sentences": 0}, "max_sentences must be positive"),
    ],
)
def test_bad_settings_are_refused(settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Vocabulary.train(ENGLISH, **{"size": 300, **settings})


def test_a_sample_of_the_sentences_is_reproducible() -> None:
    sentences = ENGLISH * 20 + FRENCH * 20
    sampled = [Vocabulary.train(iter(sentences), 320, max_sentences=100, seed=seed).model for seed in (0, 0, 1)]
    assert sampled[0] == sampled[1] != sampled[2]


def _model(**settings: object) -> bytes:
    writer = io.BytesIO()
    ids = {"bos_id": 0, "pad_id": 1, "eos_id": 2, "unk_id": 3}
    options = {**ids, "vocab_size": 330, "byte_fallback": True, "normalization_rule_name": "identity", **settings}
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(ENGLISH), model_writer=writer, minloglevel=2, **options
    )
    return writer.getvalue()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"bos_id": 1, "pad_id": 0}, "special ids must be"),
        ({"byte_fallback": False, "vocab_size": 100}, "byte_fallback"),
        ({"normalization_rule_name": "nmt_nfkc"}, "normalization_rule_name must be"),
        ({"add_dummy_prefix": False}, "add a space in front"),
        ({"user_defined_symbols": ["<x>"]}, "user-defined"),
        ({"model_type": "char", "hard_vocab_limit": False}, "unigram or BPE"),
    ],
)
def test_foreign_models_are_refused(settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Vocabulary(_model(**settings), "foreign.model")


def test_plain_models_of_the_same_conventions_are_taken() -> None:
    assert Vocabulary(_model()).size == 330


@pytest.mark.parametrize("data", [b"", b"no model at all", sentencepiece_model_pb2.ModelProto().SerializeToString()])
def test_other_bytes_are_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.model").write_bytes(data)
    with pytest.raises(ValueError, match="x.model: a vocabulary must"):
        Vocabulary.load(tmp_path / "x.model")


def test_joint_and_separate_pairs(tmp_path: Path) -> None:
    joint = VocabularyPair.train(ENGLISH, FRENCH, 420)
    assert joint.joint and joint.source is joint.target and joint.sizes == (420, 420)
    assert joint.source == trained("unigram")
    separate = VocabularyPair.train(ENGLISH, FRENCH, 340, joint=False, target_size=350)
    assert not separate.joint and separate.sizes == (340, 350)
    joint.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["vocabulary.model"]
    assert VocabularyPair.load(tmp_path) == joint and VocabularyPair.load(tmp_path).joint
    separate.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.model", "target.model"]
    assert VocabularyPair.load(tmp_path) == separate
    with pytest.raises(ValueError, match="joint vocabulary has one size"):
        VocabularyPair.train(ENGLISH, FRENCH, 420, target_size=400)
    with pytest.raises(FileNotFoundError, match="must contain 'vocabulary.model', or"):
        VocabularyPair.load(tmp_path / "nothing")
