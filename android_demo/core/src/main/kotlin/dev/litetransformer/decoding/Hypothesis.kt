package dev.litetransformer.decoding

/**
 * One answer.
 *
 * @property text what the ids say.
 * @property ids tokens without the final `eos`.
 * @property score sum of the log-probabilities over length^penalty; `eos` counts. Higher is better.
 */
public class Hypothesis(public val text: String, public val ids: List<Int>, public val score: Float) {
    override fun toString(): String = "$text ($score)"
}
