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
    fun largeVocabulariesNeedNoOtherRule() {
        val random = java.util.Random(4)
        repeat(200) {
            val values = FloatArray(4000) { (3 * random.nextGaussian() - 8).toFloat() }
            val options = SamplingOptions(listOf(0.4, 1.0, 1.7).random(Random(it)), topP = if (it % 2 == 0) 1.0 else 0.9)
            val number = random.nextDouble()
            assertEquals("$options, $number", expected(values, options, number), TokenSampler(values.size).draw(values, options, number))
        }
    }

    @Test
    fun bordersAreThoseOfTheSpecification() {
        val values = FloatArray(50) { -(it % 7) / 3f }
        val sums = values.sortedDescending().runningFold(0.0) { sum, value -> sum + exp(value.toDouble()) }
        val sampler = TokenSampler(values.size)
        for (border in sums.map { it / sums.last() }) {
            for (number in listOf(border - 1e-7, border - 1e-12, border, border + 1e-12, border + 1e-7).filter { it >= 0 && it < 1 }) {
                assertEquals("$number", expected(values, SamplingOptions(), number), sampler.draw(values, SamplingOptions(), number))
                val nucleus = SamplingOptions(topP = maxOf(number, 1e-3))
                assertEquals("$nucleus", expected(values, nucleus, 0.999), sampler.draw(values, nucleus, 0.999))
            }
        }
    }

    @Test
    fun selectionLeavesBordersOpen() {
        val values = FloatArray(9) { -it.toFloat() }
        val selection = WeightedSelection(LongArray(9))
        selection.read(values, 0f, 1.0)
        assertEquals(0, selection.find(0.0))
        assertEquals(0, selection.find(1 - 1e-6))
        assertEquals(WeightedSelection.UNSURE, selection.find(1 - 1e-11))
        assertEquals(WeightedSelection.UNSURE, selection.find(1 + 1e-11))
        assertEquals(1, selection.find(1 + 1e-6))
        assertEquals(1 + exp(-1.0), selection.reached, 1e-9)
        assertEquals(WeightedSelection.UNSURE, selection.find(2.0))
        selection.read(values, 0f, java.lang.Double.MIN_VALUE)
        assertEquals(WeightedSelection.UNSURE, selection.find(0.5))
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
