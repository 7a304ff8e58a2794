package dev.litetransformer.decoding

import org.junit.Assert.assertEquals
import org.junit.Test

class NgramsTest {
    @Test
    fun namesTheTokensThatWouldRepeatAnNgram() {
        assertEquals(setOf<Int>(), blocked(0))
        assertEquals(setOf(5, 6, 7), blocked(1, 5, 6, 7, 5))
        assertEquals(setOf(6), blocked(2, 5, 6, 7, 5))
        assertEquals(setOf(6, 8), blocked(2, 5, 6, 5, 8, 5))
        assertEquals(setOf(7), blocked(3, 5, 6, 7, 5, 6))
        assertEquals(setOf<Int>(), blocked(3, 5, 6))
        assertEquals(setOf<Int>(), blocked(4, 5, 6, 7))
    }

    private fun blocked(size: Int, vararg ids: Int): Set<Int> {
        val found = HashSet<Int>()
        forEachCompletion(ids, ids.size, size) { found += it }
        (0..9).forEach { assertEquals(it in found, completesNgram(ids, ids.size, size, it)) }
        return found
    }
}
