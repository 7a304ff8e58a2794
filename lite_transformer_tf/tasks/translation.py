"""Translation: parallel text, SentencePiece vocabularies, the encoder-decoder, BLEU."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.data.config import CorpusConfig, DataConfig
from lite_transformer_tf.data.corpus import Corpus
from lite_transformer_tf.data.found import Found, find_parts
from lite_transformer_tf.data.named_files import open_pairs, with_extra
from lite_transformer_tf.data.parallel_text import Pair, ParallelText
from lite_transformer_tf.data.splits import TranslationSplits, embedded_splits, find_split, pair_splits
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.options import DATA_DIR, SPLIT, Option, OptionError, refuse
from lite_transformer_tf.tasks.sequence_to_sequence import LANGUAGES, Pairs, Scores, SequenceToSequence, two_files
from lite_transformer_tf.tasks.sources import locate_files, own_section
from lite_transformer_tf.tasks.task import StoredModel
from lite_transformer_tf.training.score import BLEU

if TYPE_CHECKING:
    from lite_transformer_tf.data.config import DataSection
    from lite_transformer_tf.training.config import RunConfig

FILE_LANGUAGES = Option(
    "--languages", "endings of the files' names in --data-dir (default: the model's)", metavar=LANGUAGES.metavar
)


class Translation(SequenceToSequence):
    """See `Task`."""

    name, model = "translation", "translation model"
    verb, answer, source = "translate", "translation", "sentence"
    longer = "longer text is split into sentences, and a longer sentence into parts"
    score, has_confidence, pairs_languages = BLEU, True, True
    bar = Option("--min-bleu", "exit with code 1 when BLEU is below X", float, "X")
    recipe, example = "demo_en_fr", "multi30k_en_de"
    files_recipe = "translation_files"
    files = "the files train.LANG, valid.LANG and test.LANG (or .tsv, .csv, .jsonl)"
    default_data = "the English-French travel phrases that the package holds"
    evaluation_options = (*SequenceToSequence.evaluation_options, FILE_LANGUAGES, bar)

    def locate(self, settings: DataSection, directory: PathLike | None) -> Found[Pair] | None:
        data = own_section(settings, DataConfig)
        names = data.source, data.target

        def find(folder: PathLike, validation: bool) -> Found[Pair]:
            return find_parts(lambda split: find_split(folder, split, *names), data.test, validation=validation)

        def open_corpus(corpus: CorpusConfig) -> Corpus[Pair]:
            return open_pairs(corpus, names)

        found = locate_files(data, directory, "is part of the package", open_corpus, find)
        return found and with_extra(found, data.extra, open_corpus)

    def load(self, settings: DataSection, directory: PathLike | None, *, download: bool = False) -> TranslationSplits:
        data = own_section(settings, DataConfig)
        if (found := self.locate(data, directory)) is not None:
            splits = pair_splits(found, data.hold_out)
        else:
            try:
                splits = embedded_splits(data.corpus, (data.source, data.target))
            except ValueError as error:
                raise SettingsError(str(error)) from error
        return splits.with_judges_in_memory()

    def measure(self, hypotheses: Sequence[str], pairs: Pairs, settings: Mapping[str, Any]) -> Scores:
        from lite_transformer_tf.evaluation.translation import score_translations

        return score_translations(hypotheses, [target for _, target in pairs])

    def title(self, config: RunConfig) -> str:
        return f"{config.data.source} to {config.data.target}"

    def figures(self, config: RunConfig) -> dict[str, Any]:
        return {"languages": [config.data.source, config.data.target]}

    def facts(self, config: RunConfig, count: int, scores: Scores) -> dict[str, Any]:
        name = config.data.corpus
        origin = f"{count} sentence pairs" if name == "files" else f"the {name.replace('_', ' ')} of this library"
        return {
            "languages": [config.data.source, config.data.target],
            "data": f"{origin}, {self.title(config)}",
            "scores": {name: scores[name] for name in ("bleu", "chrf") if name in scores},
        }

    def test_set(self, model: StoredModel, arguments: Namespace) -> Iterable[tuple[str, str]]:
        if files := two_files(arguments):
            refuse((FILE_LANGUAGES,), arguments, "is not used with --source and --target")
            return ParallelText.from_files(*files)
        directory = DATA_DIR.value(arguments)
        if directory is None:
            raise OptionError("A test set is needed: give --source FILE and --target FILE, or --data-dir DIR.")
        languages = FILE_LANGUAGES.value(arguments) or model.languages
        if len(languages) != 2:
            raise OptionError("With --data-dir the languages must be known: give --languages SOURCE TARGET.")
        return find_split(directory, SPLIT.value(arguments) or "test", *languages)


TRANSLATION = Translation()
run_translation = TRANSLATION.run
