package dev.litetransformer.decoding

import kotlin.math.exp
import kotlin.random.Random
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Test

/** Drawing, beside docs/sampling.md written out without any thought of speed. */
class SamplingTest {
    @Test
    fun randomNumbersAreThoseOfTheSpecification() {
        assertEquals(0.652448, RandomNumbers.uniform(0, 0, 0), 5e-7)
        assertEquals(0.701212, RandomNumbers.uniform(0, 0, 1), 5e-7)
        assertEquals(0.651475, RandomNumbers.uniform(1, 2, 0), 5e-7)
    }

    @Test
    fun drawsWhatTheSpecificationSays() {
        val random = Random(3)
        repeat(3000) {
            val size = random.nextInt(1, 60)
            val values = FloatArray(size) { if (random.nextInt(9) == 0) Float.NEGATIVE_INFINITY else -random.nextInt(24) / 4f }
            values[random.nextInt(size)] = -0f
            val options = SamplingOptions(
                temperature = listOf(0.0, 0.3, 1.0, 2.0).random(random),
                topK = listOf(0, 1, 3, 10, 100).random(random),
                topP = listOf(0.01, 0.5, 0.9, 1.0).random(random),
            )
            val number = if (random.nextInt(20) == 0) 0.0 else random.nextDouble()
            assertEquals("$options of ${values.asList()}", expected(values, options, number), TokenSampler(size).draw(values, options, number))
        }
    }

    @Test
    fun refusesRowsWithoutATokenToDraw() {
        val sampler = TokenSampler(3)
        for (temperature in listOf(0.0, 1.0)) {
            val options = SamplingOptions(temperature)
            assertThrows(IllegalStateException::class.java) { sampler.draw(FloatArray(3) { Float.NEGATIVE_INFINITY }, options, 0.5) }
            assertThrows(IllegalStateException::class.java) { sampler.draw(floatArrayOf(0f, Float.NaN, 0f), options, 0.5) }
        }
    }

    @Test
    fun optionsOutsideOfTheirRangesAreRefused() {
        assertThrows(IllegalArgumentException::class.java) { SamplingOptions(temperature = -1.0) }
        assertThrows(IllegalArgumentException::class.java) { SamplingOptions(temperature = Double.NaN) }
        assertThrows(IllegalArgumentException::class.java) { SamplingOptions(topK = -1) }
        assertThrows(IllegalArgumentException::class.java) { SamplingOptions(topP = 0.0) }
        assertThrows(IllegalArgumentException::class.java) { SamplingOptions(maxTokens = 0) }
        assertThrows(IllegalArgumentException::class.java) { SamplingOptions(minTokens = 9, maxTokens = 8) }
    }

    private fun expected(values: FloatArray, options: SamplingOptions, number: Double): Int {
        var tokens = values.indices.filter { values[it] > Float.NEGATIVE_INFINITY }.sortedByDescending { values[it] + 0f }
        if (options.temperature == 0.0) return tokens.first()
        if (options.topK > 0) tokens = tokens.take(options.topK)
        val weights = tokens.map { exp((values[it].toDouble() - values[tokens[0]].toDouble()) / options.temperature) }
        var sums = weights.runningReduce { sum, weight -> sum + weight }
        if (options.topP < 1) sums = sums.take(sums.indexOfFirst { it >= options.topP * sums.last() } + 1)
        val place = sums.indexOfFirst { it > number * sums.last() }
        return tokens[if (place < 0) sums.lastIndex else place]
    }
}
