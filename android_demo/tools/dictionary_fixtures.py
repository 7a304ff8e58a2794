"""Writes Python's answers for the tests of the dictionaries of imported models, in Kotlin and JavaScript.

    python android_demo/tools/dictionary_fixtures.py --output android_demo/core/target/fixtures

OUTPUT/dictionaries gets one vocabulary for everything that cuts texts: codes of byte pairs of each version, codes whose
pairs tie and come in any order, whole words, SentencePiece models of both kinds and of every normalisation; and JSON
Lines in ASCII: texts with their ids and decoded ids, and ids with their texts.
`tokenizer_fixtures.py` writes them too.
"""

from __future__ import annotations

import argparse
import io
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sentencepiece
from fixture_files import write_lines
from fixture_texts import HOSTILE, as_characters, corpus, random_text
from sentencepiece import sentencepiece_model_pb2

from lite_transformer_tf.text import DictionaryVocabulary, Vocabulary
from lite_transformer_tf.text.byte_pairs import BytePairs
from lite_transformer_tf.text.dictionary_vocabulary import SPECIAL_ENTRIES

SENTENCES = 3000  # from which pieces are learnt
MERGES = 1500
LEFT_OUT = 7  # of so many pieces one is no entry
UNKNOWN = ("中文字符", "中", "🙂", "日本", "<0xE6>", "<0x97>", "<0xF0>")  # entries that no model has as pieces


def learnt_merges(words: Counter[str], count: int) -> list[tuple[str, str]]:
    """Merges of byte pairs: the pair of symbols that comes most often, again and again; of equals the first."""
    symbols = {word: [*word[:-1], f"{word[-1]}</w>"] for word in words}
    merges: list[tuple[str, str]] = []
    pairs: Counter[tuple[str, str]] = Counter()
    for word, number in words.items():
        for pair in zip(symbols[word], symbols[word][1:]):
            pairs[pair] += number
    while len(merges) < count and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] <= 1:
            break
        merges.append(best)
        for word, number in words.items():
            found = symbols[word]
            if best[0] not in found:
                continue
            pairs.subtract({pair: number * times for pair, times in Counter(zip(found, found[1:])).items()})
            place = 0
            while place + 1 < len(found):
                if (found[place], found[place + 1]) == best:
                    found[place : place + 2] = ["".join(best)]
                place += 1
            for pair in zip(found, found[1:]):
                pairs[pair] += number
        del pairs[best]
    return merges


def trained(sentences: Sequence[str], kind: str, rule: str, **settings: object) -> bytes:
    """A SentencePiece model without pieces for bytes, unless the settings ask for them."""
    writer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=writer,
        model_type=kind,
        normalization_rule_name=rule,
        vocab_size=1000,
        num_threads=1,
        minloglevel=2,
        **settings,
    )
    return writer.getvalue()


def changed(model: bytes, **flags: bool) -> bytes:
    """A model with other flags of its normaliser."""
    proto = sentencepiece_model_pb2.ModelProto.FromString(model)
    for name, value in flags.items():
        setattr(proto.normalizer_spec, name, value)
    return proto.SerializeToString(deterministic=True)


def of_pieces(model: bytes) -> DictionaryVocabulary:
    """A dictionary in another order than the model, without some of its pieces, but with a few runs that it lacks."""
    proto = sentencepiece_model_pb2.ModelProto.FromString(model)
    normal = (proto.SentencePiece.NORMAL, proto.SentencePiece.USER_DEFINED)
    pieces = [piece.piece for piece in proto.pieces if piece.type in normal and piece.piece.split() == [piece.piece]]
    entries = [piece for number, piece in enumerate(reversed(pieces)) if number % LEFT_OUT]
    return DictionaryVocabulary([*dict.fromkeys([*entries, *UNKNOWN])], None, model)


def of_byte_pairs(codes: BytePairs, texts: Sequence[str]) -> DictionaryVocabulary:
    """A dictionary of most of the pieces of some texts."""
    counts = Counter(piece for text in texts for piece in codes.pieces(text))
    pieces = [piece for piece, _ in counts.most_common() if piece not in SPECIAL_ENTRIES]
    return DictionaryVocabulary([piece for number, piece in enumerate(pieces) if number % LEFT_OUT], codes)


def of_codes(sentences: Sequence[str], generator: random.Random) -> Iterator[tuple[str, DictionaryVocabulary]]:
    """Dictionaries that byte pairs or spaces cut, with their names."""
    words = Counter(word for sentence in sentences for word in sentence.split())
    merges = learnt_merges(words, MERGES)
    yield "byte_pairs_2", of_byte_pairs(BytePairs(merges), sentences)
    inner = [(first, second.removesuffix("</w>")) for first, second in merges]
    ends = [(second.removesuffix("</w>"), "</w>") for _, second in merges if second.endswith("</w>")]
    old = [pair for pair in (*inner[: MERGES // 2], *ends, *inner) if all(pair)]
    yield "byte_pairs_1", of_byte_pairs(BytePairs(old, (0, 1)), sentences)
    yield "byte_pairs_counted", of_byte_pairs(BytePairs(merges[: MERGES // 2]), sentences)
    parts = ("a", "b", "c", "aa", "ab", "ba", "aab", "abc", "b</w>", "ab</w>", "</w>")
    for version in ((0, 1), (0, 2)):
        ties = [(generator.choice(parts[:8]), generator.choice(parts)) for _ in range(60)]
        yield f"byte_pairs_ties_{version[1]}", of_byte_pairs(BytePairs(ties, version), tied_texts(generator, 500))
    common = [word for word, count in words.items() if count > 1 and word not in SPECIAL_ENTRIES]
    yield "words", DictionaryVocabulary(common)


def of_models(sentences: Sequence[str], kind: str) -> Iterator[tuple[str, DictionaryVocabulary]]:
    """Dictionaries that SentencePiece models of a kind cut, with their names."""
    for rule in ("nmt_nfkc", "nmt_nfkc_cf", "nfkc", "identity"):
        yield f"{kind}_{rule}", of_pieces(trained(sentences, kind, rule))
    symbols = ["<2en>", "New York", "▁ing", "🙂", "ab", "abab"]
    yield f"{kind}_user_defined", of_pieces(trained(sentences, kind, "nmt_nfkc", user_defined_symbols=symbols))
    yield f"{kind}_bytes", of_pieces(trained(sentences, kind, "nfkc", byte_fallback=True))
    suffix = trained(sentences, kind, "nmt_nfkc", treat_whitespace_as_suffix=True)
    yield f"{kind}_suffix", of_pieces(suffix)
    yield f"{kind}_suffix_spaces", of_pieces(changed(suffix, remove_extra_whitespaces=False))
    plain = trained(sentences, kind, "nmt_nfkc")
    yield f"{kind}_spaces", of_pieces(changed(plain, remove_extra_whitespaces=False))
    yield f"{kind}_no_prefix", of_pieces(changed(plain, add_dummy_prefix=False))
    yield f"{kind}_unescaped", of_pieces(changed(plain, escape_whitespaces=False))
    yield f"{kind}_ours", of_pieces(Vocabulary.train(sentences, 1000, kind).model)  # type: ignore[arg-type]


def with_counts(file: bytes) -> bytes:
    """The file of a dictionary with its codes as fastBPE writes them."""
    data = json.loads(file)
    lines = data["byte_pairs"].splitlines()[1:]
    data["byte_pairs"] = "".join(f"{line} {MERGES - rank}\n" for rank, line in enumerate(lines))
    return json.dumps(data).encode()


def tied_texts(generator: random.Random, count: int) -> list[str]:
    """Texts of few letters, in whose words many pairs can be merged."""
    words = ("".join(generator.choices("abc", k=generator.randrange(1, 40))) for _ in range(count))
    return [f"{word} {word[::-1]}" for word in words]


def text_lines(texts: Sequence[str], found: dict[str, DictionaryVocabulary]) -> Iterator[dict[str, Any]]:
    """Each text with its ids by every dictionary, and what they decode to."""
    for text in texts:
        characters = as_characters(text)
        ids = {name: vocabulary.encode(characters) for name, vocabulary in found.items()}
        yield {"text": text, "ids": ids, "decoded": {name: found[name].decode(ids[name]) for name in found}}


def id_lines(generator: random.Random, found: dict[str, DictionaryVocabulary], count: int) -> Iterator[dict[str, Any]]:
    """Random ids, special ones among them, with their texts."""
    for name, vocabulary in found.items():
        for _ in range(count):
            tops = generator.choices((len(SPECIAL_ENTRIES), vocabulary.size), (1, 3), k=generator.randrange(9))
            ids = [generator.randrange(top) for top in tops]
            yield {"model": name, "ids": ids, "text": vocabulary.decode(ids)}


def write_dictionaries(output: Path, count: int, seed: int) -> None:
    """All of `dictionaries/`."""
    generator = random.Random(seed)
    every = corpus()
    learnt = every[:SENTENCES]
    found = dict(of_codes(learnt, generator))
    for kind in ("unigram", "bpe"):
        found |= of_models(learnt, kind)
    files = {name: vocabulary.model for name, vocabulary in found.items()}
    files["byte_pairs_counted"] = with_counts(files["byte_pairs_counted"])
    found = {name: DictionaryVocabulary.from_bytes(file, name) for name, file in files.items()}
    output.mkdir(parents=True, exist_ok=True)
    for name, file in files.items():
        (output / f"{name}.json").write_bytes(file)
    words = sorted({word for sentence in learnt for word in sentence.split()})
    texts = [*HOSTILE, "a<2en>New York", " 🙂  abababa ▁ing", *tied_texts(generator, count // 5)]
    texts += generator.sample(every, min(count // 3, len(every)))
    texts += [random_text(generator, words) for _ in range(count - len(texts))]
    counts = {
        "texts": write_lines(output / "texts.jsonl", text_lines(texts, found)),
        "ids": write_lines(output / "ids.jsonl", id_lines(generator, found, count // 50)),
    }
    print(f"{len(found)} dictionaries: " + ", ".join(f"{number} {name}" for name, number in counts.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="directory for dictionaries/")
    parser.add_argument("--texts", type=int, default=2500, help="texts to encode (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of all random choices (default: %(default)s)")
    arguments = parser.parse_args()
    write_dictionaries(arguments.output / "dictionaries", arguments.texts, arguments.seed)


if __name__ == "__main__":
    main()
