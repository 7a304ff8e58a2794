"""What programs offer for models that were imported from the authors' code: its batches, with pads that leak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite_transformer_tf.decoding.fairseq_batches import FairseqBatches
from lite_transformer_tf.tasks.options import Option, OptionError

if TYPE_CHECKING:
    from lite_transformer_tf.decoding.keras_generator import KerasGenerator
    from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
    from lite_transformer_tf.tasks.task import StoredModel

FAIRSEQ_BATCH = Option(
    "--fairseq-batch-size",
    "batches of N with the pads of fairseq's generate.py, for a model imported with --pads-leak (docs/fairseq.md)",
    int,
    "N",
)


def pad_as_fairseq(
    model: StoredModel,
    generator: KerasGenerator | TFLiteGenerator,
    pairs: Sequence[tuple[str, str]],
    size: int | None,
) -> None:
    """Gives the generator of an imported model the batches of fairseq's generate.py.

    Args:
        model: The model.
        generator: What answers with it.
        pairs: All pairs of the test set.
        size: Sentences of a batch. `None` changes nothing.

    Raises:
        OptionError: No pads leak in the model, so that its answers do not depend on batches.
    """
    if size is None:
        return
    if model.is_bundle or not getattr(model.config, "pads_leak", False):
        rule = f"{FAIRSEQ_BATCH.name} is for a model directory whose pads leak, see `import-fairseq --pads-leak`"
        raise OptionError(f"{rule}. Received: {model.path!r}, whose answers depend on no batch")
    encode = generator.target_vocabulary.encode
    references = tuple(len(encode(target)) + 1 for _, target in pairs)
    generator.fairseq_batches = FairseqBatches(size, references=references)  # type: ignore[union-attr]
