package dev.litetransformer.decoding

import kotlin.math.exp
import kotlin.math.ln

/** Turns logits into their float32 log-probabilities, in place. */
internal fun logSoftmax(logits: FloatArray) {
    var greatest = Float.NEGATIVE_INFINITY
    for (value in logits) if (value > greatest) greatest = value
    var sum = 0.0
    for (index in logits.indices) {
        logits[index] -= greatest
        sum += exp(logits[index].toDouble())
    }
    val logarithm = ln(sum.toFloat().toDouble()).toFloat()
    for (index in logits.indices) logits[index] -= logarithm
}

/** Index of the greatest value, the lowest on a tie. */
internal fun FloatArray.indexOfGreatest(): Int {
    var best = 0
    for (index in indices) if (this[index] > this[best]) best = index
    return best
}
