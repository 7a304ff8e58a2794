"""How many keys the suggestions of a language model spare: keystroke savings on held-out sentences.

    python benchmarks/keystrokes.py MODEL --texts test.en.gz --output runs/keystrokes
    python benchmarks/keystrokes.py MODEL --texts test.en.gz --output runs/keystrokes --baseline RUN
    python benchmarks/keystrokes.py --texts test.en.gz --output runs/ngrams --baseline CONFIG --bytes 1400000

MODEL is a run, a model directory or a bundle of a language model with typed words. docs/suggestions.md defines the
measure. With --baseline a 3-gram model of as many bytes as MODEL's file (or --bytes) is made from the training text of
a run, or of a configuration file, and typed with the same words and rules; it can stand alone. The last row is what no
model with these words can surpass.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from ngrams import Counts, NgramModel, model_of_size

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.data.drawing import drawn, draws
from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.data.plain_text import PlainText
from lite_transformer_tf.decoding.suggestions import Suggester
from lite_transformer_tf.evaluation.keystrokes import Keystrokes, keystrokes, perfect, readable, type_text
from lite_transformer_tf.report import write_report
from lite_transformer_tf.settings import load_settings
from lite_transformer_tf.tasks.language_model import LANGUAGE_MODEL
from lite_transformer_tf.tasks.registry import run_config
from lite_transformer_tf.tasks.stored_model import find_model
from lite_transformer_tf.text import TypedWords

SENTENCES = 1000


def held_out(files: list[Path], count: int) -> list[str]:
    """Sentences of files, evenly spread over them."""
    lines = [line for file in files for line in read_lines(file) if readable(line)]
    count = min(count, len(lines))
    return [lines[i * len(lines) // count] for i in range(count)]


def baseline_of(path: Path, data_directory: Path | None, vocabulary: TypedWords | None, size: int) -> NgramModel:
    """The 3-gram model of the training text of a run or a configuration.

    Args:
        path: The run, or the file of the configuration.
        data_directory: Where the text lies if the configuration names no files.
        vocabulary: The words. `None` makes them from the text, as the configuration says.
        size: Greatest number of bytes.
    """
    config = load_settings(LANGUAGE_MODEL.config, path) if path.is_file() else run_config(path, LANGUAGE_MODEL.name)
    assert isinstance(config, LANGUAGE_MODEL.config)
    train = LANGUAGE_MODEL.load(config.data, data_directory).train
    if vocabulary is None:
        vocabulary = TypedWords.train(train, config.vocabulary.size, min_count=config.vocabulary.min_count)
    return model_of_size(Counts(sentences_of(train, vocabulary), vocabulary), size)


def sentences_of(train: PlainText, vocabulary: TypedWords) -> Iterator[list[int]]:
    """The sentences of a training text, those of a weighted corpus as often as one epoch has them."""
    for corpus, weight in train.parts:
        lines = list(corpus)
        for line in drawn(len(lines), draws(len(lines), weight), 0.5).tolist():
            sentence: list[int] = []
            for token in vocabulary.encode(lines[line]):
                if token == vocabulary.eos_id:
                    yield sentence
                    sentence = []
                else:
                    sentence.append(token)
            if sentence:
                yield sentence


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, nargs="?", metavar="MODEL", help="a run, a model directory or a bundle")
    parser.add_argument("--texts", type=Path, nargs="+", required=True, metavar="FILE", help="held-out sentences")
    parser.add_argument("--sentences", type=int, default=SENTENCES, help="number of them (default: %(default)s)")
    parser.add_argument("--count", type=int, default=3, help="words shown at a time (default: %(default)s)")
    parser.add_argument("--baseline", type=Path, metavar="RUN", help="a run or configuration whose text makes 3-grams")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where that text lies, if the run names no files")
    parser.add_argument("--bytes", type=int, help="size of the 3-gram model (default: that of MODEL, a file)")
    parser.add_argument("--output", type=Path, required=True, help="directory for report.json")
    arguments = parser.parse_args()
    model = arguments.model
    size = arguments.bytes or (model.stat().st_size if model and model.is_file() else None)
    if not (model or arguments.baseline) or (arguments.baseline and not size):
        parser.error(f"MODEL is needed, or --baseline with --bytes unless MODEL is one file. Received: {str(model)!r}")
    texts, rows, sizes, vocabulary = held_out(arguments.texts, arguments.sentences), {}, {}, None
    if model:
        completer = LANGUAGE_MODEL.open(find_model(model, LANGUAGE_MODEL.name))
        rows[model.name] = keystrokes(texts, Suggester(completer).suggest, arguments.count)
        sizes[model.name] = model.stat().st_size if model.is_file() else None
        vocabulary = completer.vocabulary
        assert isinstance(vocabulary, TypedWords)  # or Suggester would have refused it
    if arguments.baseline:
        ngrams = baseline_of(arguments.baseline, arguments.data_dir, vocabulary, size)
        name = "3-grams, {} and {}".format(*ngrams.ngrams)
        rows[name] = keystrokes(texts, Suggester(ngrams).suggest, arguments.count)
        sizes[name], vocabulary = ngrams.bytes, ngrams.vocabulary
    limit = (type_text(readable(text), perfect(vocabulary, readable(text)), arguments.count) for text in texts)
    rows["every word at once"] = sum(limit, Keystrokes())
    report = {name: {**row.to_dict(), "bytes": sizes.get(name)} for name, row in rows.items()}
    write_report(arguments.output, {"sentences": len(texts), "count": arguments.count, "models": report})
    print("| model | bytes | keystroke savings | next word first | next word shown |\n|---|---|---|---|---|")
    for name, row in report.items():
        stored = "" if row["bytes"] is None else f"{row['bytes']:,}"
        shares = (row["keystroke_savings"], row["next_word_first"], row["next_word_shown"])
        print(f"| {name} | {stored} | {' | '.join(f'{share:.1f} %' for share in shares)} |")


if __name__ == "__main__":
    run_script("keystrokes", main)
