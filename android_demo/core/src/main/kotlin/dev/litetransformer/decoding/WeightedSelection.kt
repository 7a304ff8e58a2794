package dev.litetransformer.decoding

import kotlin.math.exp

/**
 * Finds the token at a share of all weights, in the order of docs/sampling.md, without sorting the vocabulary.
 *
 * Weights are added up by ranges of the exponent, with a polynomial in the place of exp; only the tokens of one range are sorted. These sums
 * lie within half of [MARGIN] of those that the page adds one by one, as a share of the whole, for vocabularies of up to a million: where
 * the border of two tokens is nearer than that, the answer is left open.
 *
 * @param keys room for all tokens, overwritten.
 */
internal class WeightedSelection(private val keys: LongArray) {
    private val ranges = ShortArray(keys.size)
    private val weights = DoubleArray(RANGES)
    private var logProbabilities = FloatArray(0)
    private var greatest = 0.0
    private var scale = 0.0

    /** The sum of all weights, of which the greatest is 1. */
    var total = 0.0
        private set

    /** The sum of the weights up to and including the token that [find] found. */
    var reached = 0.0
        private set

    fun read(logProbabilities: FloatArray, greatest: Float, temperature: Double) {
        this.logProbabilities = logProbabilities
        this.greatest = greatest.toDouble()
        scale = 1 / temperature
        weights.fill(0.0)
        val perUnit = (-RANGES_PER_UNIT / temperature).toFloat() // float32 suffices for a range, and some JVMs are slow with float64 here
        for (token in logProbabilities.indices) {
            val value = logProbabilities[token]
            val range = minOf(((value - greatest) * perUnit).toInt(), RANGES)
            ranges[token] = range.toShort()
            if (range == RANGES) continue
            val rest = exponent(value) + CENTERS[range]
            weights[range] += CENTER_WEIGHTS[range] * (1 + rest * (1 + rest * (1.0 / 2 + rest * (1.0 / 6 + rest * (1.0 / 24)))))
        }
        total = weights.sum()
    }

    /** The first token whose sum of weights exceeds [wanted]; [UNSURE] where rounding errors could decide. */
    fun find(wanted: Double): Int {
        var before = 0.0
        for (range in 0 until RANGES) {
            val after = before + weights[range]
            if (after > wanted) return findWithin(range, before, wanted)
            before = after
        }
        return UNSURE
    }

    private fun findWithin(range: Int, before: Double, wanted: Double): Int {
        val count = collect(range)
        keys.sort(0, count)
        reached = before
        for (place in 0 until count) {
            val token = tokenOf(keys[place])
            val distance = if (reached == 0.0) Double.POSITIVE_INFINITY else wanted - reached
            reached += exp(exponent(logProbabilities[token]))
            if (reached > wanted) return if (minOf(distance, reached - wanted) > MARGIN * total) token else UNSURE
        }
        return UNSURE
    }

    private fun collect(range: Int): Int {
        var count = 0
        for (token in logProbabilities.indices) {
            if (ranges[token].toInt() == range) keys[count++] = tokenKey(logProbabilities[token], token)
        }
        return count
    }

    private fun exponent(value: Float): Double = (value - greatest) * scale

    companion object {
        const val UNSURE = -1
        const val MARGIN = 2e-9
        private const val RANGES_PER_UNIT = 16
        private const val RANGES = 40 * RANGES_PER_UNIT
        private val CENTERS = DoubleArray(RANGES) { (it + 0.5) / RANGES_PER_UNIT } // of exponents, without their sign
        private val CENTER_WEIGHTS = DoubleArray(RANGES) { exp(-CENTERS[it]) }
    }
}

/** Log-probability and id in one number, so that sorting them ascending puts the most probable first and of equals the lowest id. */
internal fun tokenKey(value: Float, token: Int): Long {
    val bits = (value + 0f).toRawBits() // + 0 makes 0 of -0
    val ascending = if (bits < 0) bits xor Int.MAX_VALUE else bits
    return (ascending.inv().toLong() shl Int.SIZE_BITS) or token.toLong()
}

internal fun tokenOf(key: Long): Int = key.toInt()
