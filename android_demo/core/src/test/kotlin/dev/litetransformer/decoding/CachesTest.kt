package dev.litetransformer.decoding

import dev.litetransformer.bundle.DataType
import dev.litetransformer.bundle.Growth
import dev.litetransformer.bundle.TensorSpec
import dev.litetransformer.runtime.directBuffer
import dev.litetransformer.runtime.floats
import kotlin.random.Random
import org.junit.Assert.assertEquals
import org.junit.Test

/** The caches hold what a plain list of rows per hypothesis would. */
class CachesTest {
    private val random = Random(2)

    @Test
    fun attentionRowsFollowTheirHypotheses() {
        val (rows, strips, width) = listOf(4, 3, 2)
        val new = directBuffer(rows * strips * width * 4)
        var cache = AttentionCache(TensorSpec("attention_cache", listOf(rows, strips, 5, width), DataType.FLOAT32), rows, new)
        var length = 5
        var expected = List(rows) { emptyList<List<Float>>() } // for each row and position the values of all strips
        for (position in 0 until 9) {
            if (position == length) {
                length = 9
                val larger = AttentionCache(TensorSpec("attention_cache", listOf(rows, strips, length, width), DataType.FLOAT32), rows, new)
                larger.takeOver(cache, position)
                cache = larger
            }
            expected = expected.map { it + listOf(List(strips * width) { random.nextFloat() }) }
            expected.forEachIndexed { row, values -> values.last().forEachIndexed { at, value -> new.floats().put(row * strips * width + at, value) } }
            cache.write(position)
            val parents = IntArray(random.nextInt(1, rows + 1)) { random.nextInt(rows) }
            cache.reorder(parents, parents.size, position + 1)
            expected = List(rows) { row -> if (row < parents.size) expected[parents[row]] else expected[row] }
            val found = cache.tensor.floats()
            val actual = List(rows) { row ->
                List(position + 1) { at -> List(strips * width) { found.get((row * strips + it / width) * length * width + at * width + it % width) } }
            }
            assertEquals(expected, actual)
        }
    }

    @Test
    fun windowsFollowTheirHypotheses() {
        for (rows in listOf(1, 4)) {
            val (taps, channels) = listOf(4, 3)
            val new = directBuffer(rows * channels * 4)
            val spec = TensorSpec("window", listOf(rows, taps - 1, channels), DataType.FLOAT32)
            var cache = ConvolutionInputs(spec, rows, 6, new)
            var expected = List(rows) { List(taps - 1) { List(channels) { 0f } } }
            for (position in 0 until 12) {
                if (position == 5) cache = ConvolutionInputs(spec, rows, 12, new).also { it.takeOver(cache, position) }
                cache.prepare(position)
                val found = cache.tensor.floats()
                val actual = List(rows) { row -> List(taps - 1) { at -> List(channels) { found.get((row * (taps - 1) + at) * channels + it) } } }
                assertEquals(expected, actual)
                val given = List(rows) { List(channels) { random.nextFloat() } }
                given.flatten().forEachIndexed { at, value -> new.floats().put(at, value) }
                cache.write(position)
                expected = expected.mapIndexed { row, window -> window.drop(1) + listOf(given[row]) }
                val parents = IntArray(rows) { random.nextInt(rows) }
                cache.reorder(parents, rows, position + 1)
                expected = parents.map { expected[it] }
            }
        }
    }

    @Test
    fun statesFollowTheirHypothesesAndStayForASecondRun() {
        for (rows in listOf(1, 4)) {
            val channels = 3
            val new = directBuffer(rows * channels * 4)
            val spec = TensorSpec("ssru_state", listOf(rows, 1, channels), DataType.FLOAT32)
            var cache = newCache(Growth.STATE, spec, rows, 6, new)
            repeat(2) { // a second text begins with zeros again
                var expected = List(rows) { List(channels) { 0f } }
                for (position in 0 until 12) {
                    if (position == 5) cache = newCache(Growth.STATE, spec, rows, 12, new).also { it.takeOver(cache, position) }
                    cache.prepare(position)
                    assertEquals(expected, stateOf(cache, rows, channels))
                    val given = List(rows) { List(channels) { random.nextFloat() } }
                    given.flatten().forEachIndexed { at, value -> new.floats().put(at, value) }
                    cache.write(position)
                    assertEquals(expected, stateOf(cache, rows, channels))
                    val parents = IntArray(rows) { random.nextInt(rows) }
                    cache.reorder(parents, rows, position + 1)
                    expected = parents.map { given[it] }
                }
            }
        }
    }

    private fun stateOf(cache: Cache, rows: Int, channels: Int): List<List<Float>> {
        val found = cache.tensor.floats()
        return List(rows) { row -> List(channels) { found.get(row * channels + it) } }
    }
}
