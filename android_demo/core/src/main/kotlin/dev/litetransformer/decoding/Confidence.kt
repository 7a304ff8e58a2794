package dev.litetransformer.decoding

import dev.litetransformer.bundle.Calibration
import kotlin.math.exp
import kotlin.math.ln
import kotlin.math.pow

/** How likely an answer is acceptable, from its score and the copy check (docs/trust.md). */
internal class Confidence(private val calibration: Calibration) {
    /**
     * The confidence in (0, 1).
     *
     * @param sureness see [sureness].
     * @param faulty whether the copy check found a fault.
     */
    fun of(sureness: Double, faulty: Boolean): Double {
        val logit = calibration.bias + calibration.slope * sureness - (if (faulty) calibration.doubt else 0.0)
        return 1 / (1 + exp(-logit))
    }

    companion object {
        private const val SURENESS_FLOOR = 0.01

        /** How sure a model is of an answer of [length] tokens, `eos` counted, that a search with [lengthPenalty] gave a [score]. */
        fun sureness(score: Double, length: Int, lengthPenalty: Double): Double {
            val mean = score * length.toDouble().pow(lengthPenalty - 1)
            return -ln(SURENESS_FLOOR + maxOf(0.0, -mean))
        }
    }
}
