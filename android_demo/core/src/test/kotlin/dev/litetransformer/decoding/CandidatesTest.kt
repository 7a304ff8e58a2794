package dev.litetransformer.decoding

import kotlin.random.Random
import org.junit.Assert.assertEquals
import org.junit.Test

/** The best candidates, with ties decided by row and token. */
class CandidatesTest {
    @Test
    fun keepsTheBestOfMany() {
        val random = Random(1)
        repeat(200) {
            val all = List(random.nextInt(40)) { Triple(random.nextInt(4), random.nextInt(6), random.nextInt(5) / 4f) }.distinctBy { it.first to it.second }
            val candidates = Candidates(7)
            all.forEach { (row, token, value) -> candidates.add(row, token, value) }
            val expected = all.sortedWith(compareBy({ -it.third }, { it.first }, { it.second })).take(7)
            assertEquals(expected, List(candidates.size) { Triple(candidates.rows[it], candidates.tokens[it], candidates.values[it]) })
        }
    }

    @Test
    fun minusInfinityIsNoCandidate() {
        val candidates = Candidates(2)
        candidates.add(0, 0, Float.NEGATIVE_INFINITY)
        assertEquals(0, candidates.size)
    }
}
