"""What a distillation depends on, besides its teacher and its texts."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval

from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.settings import NonNegativeFloat, PositiveInt, Share, section

Keep = Literal["best", "interpolated", "all"]
Similarity = Literal["chrf", "bleu"]


@section
class DistillationSettings:
    """Settings of a distillation: an output is resumed only with the same.

    Args:
        keep: Answers that become training pairs: the `"best"` of each text; for pairs the one that is `"interpolated"`
            with the reference (Kim and Rush 2016), beside the real pairs; or `"all"`.
        reverse: Whether pairs are written as (answer, text): back-translation (Sennrich et al. 2016).
        similarity: Sentence score by which answers are compared with a reference: `"chrf"` (chrF2) or `"bleu"`.
        score_weight: Exponent of an answer's mean token probability, by which its similarity is multiplied; 0 counts
            the similarity only.
        min_score: Answers with a lower score are left out. `None` keeps all.
        min_confidence: Answers with a lower confidence are left out. `None` keeps all.
        max_tokens: Texts, references and answers with more tokens are left out. `None` keeps all.
        max_ratio: Pairs whose longer side has more than this many times the tokens of the shorter one are left out,
            when the longer has 10 tokens or more. `None` keeps all.
        block: Texts that are answered between two stored states.
        tokens_per_batch: Padded source tokens times beam size that a Keras model decodes together.
        decoding: Options of the search.
    """

    keep: Keep = "best"
    reverse: bool = False
    similarity: Similarity = "chrf"
    score_weight: NonNegativeFloat = 1.0
    min_score: float | None = None
    min_confidence: Share | None = None
    max_tokens: PositiveInt | None = 256
    max_ratio: Annotated[float, Interval(ge=1)] | None = 4.0
    block: PositiveInt = 2000
    tokens_per_batch: PositiveInt = 8192
    decoding: DecodingOptions = DecodingOptions()
