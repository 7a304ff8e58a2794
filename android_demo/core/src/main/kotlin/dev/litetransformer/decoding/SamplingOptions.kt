package dev.litetransformer.decoding

/**
 * Options of sampling, as docs/sampling.md defines them.
 *
 * @property temperature divides the log-probabilities; 0 is greedy: the most probable token.
 * @property topK keeps the k most probable tokens; 0 keeps all.
 * @property topP keeps the most probable tokens that together have at least this share of the probability.
 * @property seed of the random numbers; its 64 bits are read without a sign. The same seed gives the same text.
 * @property minTokens least number of tokens before `eos`.
 * @property maxTokens greatest number of tokens.
 * @throws IllegalArgumentException a value is outside of its range.
 */
public data class SamplingOptions(
    public val temperature: Double = 1.0,
    public val topK: Int = 0,
    public val topP: Double = 1.0,
    public val seed: Long = 0,
    public val minTokens: Int = 0,
    public val maxTokens: Int = 128,
) {
    init {
        require(temperature >= 0 && temperature.isFinite()) { "temperature must not be negative. Received: $temperature" }
        require(topK >= 0) { "topK must not be negative. Received: $topK" }
        require(topP > 0 && topP <= 1) { "topP must lie in (0, 1]. Received: $topP" }
        require(maxTokens >= 1) { "maxTokens must be at least 1. Received: $maxTokens" }
        require(minTokens in 0..maxTokens) { "minTokens must lie between 0 and maxTokens. Received: $minTokens" }
    }
}
