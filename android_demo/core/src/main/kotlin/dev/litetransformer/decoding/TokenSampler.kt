package dev.litetransformer.decoding

import kotlin.math.exp

/**
 * Draws tokens (docs/sampling.md). All numbers but the log-probabilities are float64.
 *
 * @param size of the vocabulary.
 */
internal class TokenSampler(size: Int) {
    private val keys = LongArray(size)
    private val sums = DoubleArray(size)
    private val selection = WeightedSelection(keys)

    /**
     * The token that [number] in [0, 1) draws.
     *
     * @param logProbabilities (size), minus infinity for forbidden tokens.
     * @throws IllegalStateException every token is forbidden, or a number is none.
     */
    fun draw(logProbabilities: FloatArray, options: SamplingOptions, number: Double): Int {
        if (options.temperature == 0.0) return greatest(logProbabilities)
        val limited = options.topK in 1 until logProbabilities.size
        val token = if (limited) WeightedSelection.UNSURE else select(logProbabilities, options, number)
        if (token != WeightedSelection.UNSURE) return token
        val count = collect(logProbabilities, if (limited) options.topK else logProbabilities.size)
        keys.sort(0, count)
        return choose(logProbabilities, count, options, number)
    }

    private fun select(logProbabilities: FloatArray, options: SamplingOptions, number: Double): Int {
        selection.read(logProbabilities, logProbabilities[greatest(logProbabilities)], options.temperature)
        var kept = selection.total
        if (options.topP < 1) {
            if (selection.find(options.topP * kept) == WeightedSelection.UNSURE) return WeightedSelection.UNSURE
            kept = selection.reached
        }
        return selection.find(number * kept)
    }

    private fun greatest(logProbabilities: FloatArray): Int {
        var best = -1
        var greatest = Float.NEGATIVE_INFINITY
        for (token in logProbabilities.indices) {
            val value = logProbabilities[token]
            if (value <= greatest) continue // false for NaN
            check(!value.isNaN()) { RULE }
            greatest = value
            best = token
        }
        check(best >= 0) { RULE }
        return best
    }

    /** Puts the keys of the [limit] most probable tokens in front of [keys], in any order; returns how many there are. */
    private fun collect(logProbabilities: FloatArray, limit: Int): Int {
        var count = 0
        var least = Float.NEGATIVE_INFINITY // what a token must exceed once there are [limit]
        for (token in logProbabilities.indices) {
            val value = logProbabilities[token]
            if (value <= least) continue // of equals the first stays; false for NaN
            check(!value.isNaN()) { RULE }
            if (count < limit) {
                keys[count++] = tokenKey(value, token)
                if (count == limit && limit < logProbabilities.size) {
                    for (place in count / 2 - 1 downTo 0) siftDown(place, count)
                    least = logProbabilities[token(0)]
                }
            } else {
                keys[0] = tokenKey(value, token)
                siftDown(0, count)
                least = logProbabilities[token(0)]
            }
        }
        check(count > 0) { RULE }
        return count
    }

    /** Restores the heap of the first [count] keys, the greatest key (the least probable token) at its root, where the one at [from] is new. */
    private fun siftDown(from: Int, count: Int) {
        val key = keys[from]
        var place = from
        while (2 * place + 1 < count) {
            var child = 2 * place + 1
            if (child + 1 < count && keys[child + 1] > keys[child]) child++
            if (keys[child] <= key) break
            keys[place] = keys[child]
            place = child
        }
        keys[place] = key
    }

    private fun token(place: Int): Int = tokenOf(keys[place])

    /** Steps 4 to 6 over the first [count] keys, which are sorted. */
    private fun choose(logProbabilities: FloatArray, count: Int, options: SamplingOptions, number: Double): Int {
        val greatest = logProbabilities[token(0)].toDouble()
        var sum = 0.0
        for (place in 0 until count) {
            sum += exp((logProbabilities[token(place)].toDouble() - greatest) / options.temperature)
            sums[place] = sum
        }
        var kept = count
        if (options.topP < 1) kept = firstPlace(count) { sums[it] >= options.topP * sum } + 1
        val wanted = number * sums[kept - 1]
        return token(minOf(firstPlace(kept) { sums[it] > wanted }, kept - 1))
    }

    /** The first place below [count] at which an ascending condition holds, otherwise [count]. */
    private inline fun firstPlace(count: Int, holds: (Int) -> Boolean): Int {
        var low = 0
        var high = count
        while (low < high) {
            val middle = (low + high) ushr 1
            if (holds(middle)) high = middle else low = middle + 1
        }
        return low
    }

    private companion object {
        const val RULE = "At least one token must be allowed, and no log-probability may be NaN. Received: a row without such"
    }
}
