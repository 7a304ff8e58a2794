package dev.litetransformer.decoding

/**
 * One answer.
 *
 * @property text what the ids say.
 * @property ids tokens without the final `eos`.
 * @property score sum of the log-probabilities over length^penalty; `eos` counts. Higher is better.
 * @property missing numbers, addresses and codes of the source that a translation lacks (docs/trust.md).
 * @property added those of a summary that its document does not contain.
 * @property confidence probability that the answer is acceptable; null for a model that was not calibrated.
 * @property tooLong sentences of the source that the model could not read as a whole: a translation has them in parts (docs/paragraphs.md).
 * @property mended numbers, addresses and codes of the source that the model had copied wrongly, and that the text has as in the source.
 */
public class Hypothesis(
    public val text: String,
    public val ids: List<Int>,
    public val score: Float,
    public val missing: List<String> = emptyList(),
    public val added: List<String> = emptyList(),
    public val confidence: Double? = null,
    public val tooLong: List<String> = emptyList(),
    public val mended: List<String> = emptyList(),
) {
    /** How many faults the copy check found, and could not mend. */
    internal val faults: Int get() = missing.size + added.size

    override fun toString(): String = "$text ($score)"

    internal companion object {
        /** An answer of several parts: their ids and faults one after the other, the sum of their scores, and the least confidence. */
        fun joined(text: String, parts: List<Hypothesis>, tooLong: List<String> = emptyList()): Hypothesis = Hypothesis(
            text,
            parts.flatMap { it.ids },
            parts.sumOf { it.score.toDouble() }.toFloat(),
            parts.flatMap { it.missing },
            parts.flatMap { it.added },
            parts.mapNotNull { it.confidence }.minOrNull(),
            tooLong,
            parts.flatMap { it.mended },
        )
    }
}
