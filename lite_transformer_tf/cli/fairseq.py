"""`import-fairseq` and `export-fairseq`: checkpoints of the authors' PyTorch code; see docs/fairseq.md."""

from __future__ import annotations

import argparse
from typing import Any

from lite_transformer_tf.cli.common import Command, CommandParser, a_path, add_options
from lite_transformer_tf.tasks.options import DECODING

IMPORT = """Makes a model directory of a checkpoint of the authors' PyTorch code (mit-han-lab/lite-transformer, a fork
of fairseq) and its dictionaries. Nothing of the file is executed, and torch is not needed. Options of decoding are
saved with the model; without them it answers as the authors' scripts do."""
EXPORT = """Writes a checkpoint that the authors' PyTorch code loads, with dict.LANG.txt for its data directory."""


def _add_import_arguments(parser: CommandParser) -> None:
    parser.add_argument("checkpoint", type=a_path, help="file that torch.save wrote, such as checkpoint_best.pt")
    parser.add_argument("--output", type=a_path, required=True, metavar="DIR", help="directory of the model")
    parser.add_argument("--overwrite", action="store_true", help="replace a model at the output")
    files = parser.add_argument_group("vocabularies")
    files.add_argument("--dict", required=True, metavar="FILE", help="dict.txt of the source, or of a language model")
    files.add_argument("--target-dict", metavar="FILE", help="dict.txt of the target (default: the source's)")
    for side, default in (("", ""), ("target-", " of the target (default: the source's)")):
        group = files.add_mutually_exclusive_group()
        group.add_argument(
            f"--{side}sentencepiece", metavar="FILE", help=f"SentencePiece model that cuts texts{default}"
        )
        group.add_argument(f"--{side}bpe-codes", metavar="FILE", help=f"codes of subword-nmt that cut words{default}")
    parser.add_argument(
        "--task", choices=["translation", "summarization"], help="what an encoder-decoder is for (default: translation)"
    )
    parser.add_argument("--languages", nargs=2, metavar=("FROM", "TO"), help="languages (default: the checkpoint's)")
    parser.add_argument(
        "--pads-leak",
        action="store_true",
        help="keep the leak from pads, on which the authors' own answers depend (see `evaluate --fairseq-batch-size`)",
    )
    add_options(parser.add_argument_group("options of decoding to save"), DECODING)


def _import(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.decoding.options import DecodingOptions
    from lite_transformer_tf.fairseq.importing import Dictionaries, import_checkpoint

    given = {option.destination: value for option in DECODING if (value := option.value(arguments)) is not None}
    DecodingOptions(**given)  # refuses wrong ones
    dictionaries = Dictionaries(
        arguments.dict,
        arguments.target_dict,
        arguments.bpe_codes,
        arguments.sentencepiece,
        arguments.target_bpe_codes,
        arguments.target_sentencepiece,
    )
    settings: dict[str, Any] = {"pads_leak": arguments.pads_leak, "overwrite": arguments.overwrite}
    found = import_checkpoint(
        arguments.checkpoint,
        dictionaries,
        arguments.output,
        task=arguments.task,
        languages=tuple(arguments.languages or ()),
        decoding=given,
        **settings,
    )
    count = sum(weight.size for weight in found.weights.values())
    sizes = ", ".join(str(vocabulary.size) for vocabulary in dict.fromkeys(found.vocabularies))
    print(f"{arguments.output}: {count:,} parameters, dictionary of {sizes} entries")
    return 0


def _add_export_arguments(parser: CommandParser) -> None:
    parser.add_argument("model", help="directory of a model or a run, a bundle, or the name of a pretrained model")
    parser.add_argument("--output", type=a_path, required=True, metavar="DIR", help="directory of the checkpoint")
    parser.add_argument("--overwrite", action="store_true", help="replace a checkpoint at the output")
    parser.add_argument("--languages", nargs=2, metavar=("FROM", "TO"), help="languages (default: the model's)")
    parser.add_argument(
        "--cuda", action="store_true", help="store lightweight kernels as the authors' compiled CUDA layer expects them"
    )


def _export(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.fairseq.arguments_writing import arguments_of
    from lite_transformer_tf.fairseq.exporting import export_checkpoint
    from lite_transformer_tf.tasks.stored_model import find_directory, find_model

    arguments_of(find_model(arguments.model).config)  # refuses before the weights of a bundle are read
    found = find_directory(arguments.model)
    languages = tuple(arguments.languages or found.languages)
    written = export_checkpoint(
        found.folder, arguments.output, languages=languages, cuda_taps=arguments.cuda, overwrite=arguments.overwrite
    )
    print(f"{arguments.output}: {', '.join(written)}")
    return 0


IMPORT_COMMAND = Command("checkpoint of the authors' code -> model", IMPORT, _add_import_arguments, _import)
EXPORT_COMMAND = Command("model -> checkpoint of the authors' code", EXPORT, _add_export_arguments, _export)
