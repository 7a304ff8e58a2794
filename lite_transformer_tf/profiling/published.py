"""Results of the paper (Wu et al. 2020, arXiv 2004.11886), with the preset of each model.

`paper` is the paper's own text and tables; `README` and `figures/` are files of the authors' code,
mit-han-lab/lite-transformer, at commit d2d98c3. A number that neither they nor the paper's text give is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

LITE, TRANSFORMER, EVOLVED = "Lite Transformer", "Transformer", "Evolved Transformer"
IWSLT, EN_FR, EN_DE = "IWSLT'14 De-En", "WMT'14 En-Fr", "WMT'16 En-De"
SUMMARIES, LANGUAGE = "CNN/DailyMail", "WikiText-103"
METRICS = {
    IWSLT: "BLEU",
    EN_FR: "BLEU",
    EN_DE: "BLEU",
    SUMMARIES: "ROUGE-L",
    LANGUAGE: "perplexity",
}
"""Score of the test set by data; of a perplexity less is better."""

VOCABULARIES = {EN_FR: 44_512, EN_DE: 32_768, SUMMARIES: 30_000}
"""Entries of the one vocabulary of an encoder-decoder, by data; the presets of Transformers have that of En-De."""

TOKENS = (30, 30)
"""Source and target tokens for which the paper counts Mult-Adds."""
LONG_TOKENS = (30, 60)
"""Those of summaries."""

UNITS = {"M": 1e6, "G": 1e9}


@dataclass(frozen=True)
class Published:
    """A published result.

    Args:
        data: Data set, a key of `METRICS`.
        model: Architecture.
        preset: Preset of the model. `None` if its width was not published.
        mult_adds: Mult-Adds as they were printed, such as "527M". `None` if they are not known.
        score: Score of the test set. `None` if it is not known.
        source: Where the numbers stand.
        parameters: Parameters without embeddings, as they were printed. Defaults to `None`: not known.
        tokens: Source and target tokens of the Mult-Adds. Defaults to `TOKENS`.
    """

    data: str
    model: str
    preset: str | None
    mult_adds: str | None = None
    score: float | None = None
    source: str = ""
    parameters: str | None = None
    tokens: tuple[int, int] = TOKENS


def value_of(text: str) -> float:
    """Reads "1.33G" as 1,330,000,000."""
    return float(text[:-1]) * UNITS[text[-1]]


def unit_of(text: str) -> float:
    """One unit of the last digit: "1.33G" has units of 10,000,000."""
    decimals = len(text[:-1].partition(".")[2])
    return UNITS[text[-1]] / 10**decimals


_README = "README"
_CURVES = "figures/tradeoff.png"
_EVOLVED = "paper, figures/et.png"

RESULTS: tuple[Published, ...] = (
    Published(IWSLT, LITE, "iwslt_160"),
    Published(IWSLT, LITE, "iwslt_240"),
    Published(IWSLT, LITE, "iwslt_320"),
    Published(EN_FR, LITE, "wmt_en_fr_200", "90M", 35.3, f"paper, {_README}"),
    Published(EN_FR, LITE, "wmt_en_fr_408", "360M", 39.1, f"paper, {_README}"),
    Published(EN_FR, LITE, "wmt_en_fr_496", "527M", 39.6, f"paper, {_README}"),
    Published(EN_FR, LITE, "wmt_en_fr_792", "1.33G", 40.8, _CURVES),
    Published(EN_FR, TRANSFORMER, "transformer_128", "87M", 33.6, f"paper, {_CURVES}"),
    Published(EN_FR, TRANSFORMER, "transformer_256", "338M", 37.6, f"paper, {_CURVES}"),
    Published(EN_FR, TRANSFORMER, "transformer_320", "527M", 38.4, f"paper, {_CURVES}"),
    Published(EN_FR, TRANSFORMER, "transformer_base", "1.34G", 39.9, _CURVES),
    Published(EN_DE, LITE, "wmt_en_de_200", "90M", 22.5, f"{_EVOLVED}, {_README}", "2.9M"),
    Published(EN_DE, LITE, "wmt_en_de_408", "360M", 25.6, f"paper, {_README}"),
    Published(EN_DE, LITE, "wmt_en_de_496", "527M", 26.5, f"paper, {_README}"),
    Published(EN_DE, TRANSFORMER, "transformer_128", "87M", 21.3, _EVOLVED, "2.8M"),
    Published(EN_DE, EVOLVED, "evolved_small", "94M", 22.0, _EVOLVED, "3.0M"),
    Published(SUMMARIES, LITE, "cnndm_496", "800M", 38.3, f"paper, {_README}", tokens=LONG_TOKENS),
    Published(SUMMARIES, TRANSFORMER, "transformer_base", "2.0G", None, "paper", tokens=LONG_TOKENS),
    Published(LANGUAGE, LITE, None, "242M", 27.3, _CURVES),
    Published(LANGUAGE, LITE, None, "376M", 25.2, _CURVES),
    Published(LANGUAGE, LITE, None, "580M", 23.7, _CURVES),
    Published(LANGUAGE, LITE, "wikitext103_896", "1147M", 22.2, f"paper, {_README}"),
    Published(LANGUAGE, TRANSFORMER, None, "291M", 32.3, _CURVES),
    Published(LANGUAGE, TRANSFORMER, None, "453M", 28.4, _CURVES),
    Published(LANGUAGE, TRANSFORMER, None, "1152M", 24.0, _CURVES),
    Published(LANGUAGE, TRANSFORMER, None, "2583M", 22.0, _CURVES),
)

MEGABYTES = {"transformer_base": 176.0, "wmt_en_fr_496": 69.2}
"""Size in figures/compression.png: four bytes per parameter without embeddings."""


def published_mult_adds(preset: str, tokens: tuple[int, int] = TOKENS) -> str | None:
    """The printed Mult-Adds of a preset for these lengths; `None` if there are none."""
    rows = (row.mult_adds for row in RESULTS if (row.preset, row.tokens) == (preset, tokens))
    return next(rows, None)
