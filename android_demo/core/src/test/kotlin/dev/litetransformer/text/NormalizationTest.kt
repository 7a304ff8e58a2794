package dev.litetransformer.text

import org.junit.Assert.assertEquals
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Test
import java.text.Normalizer

class NormalizationTest {
    @Test
    fun `text that cannot change is returned as it is`() {
        val text = "A boy runs.\u0000\t\u009F"
        assertSame(text, nfkc(text))
    }

    @Test
    fun `a lone surrogate becomes the replacement character, a pair stays`() {
        assertEquals("a\uFFFDb", nfkc("a\uD800b"))
        assertEquals("\uFFFD\uFFFD", nfkc("\uDE00\uD83D"))
        assertEquals("\uD83D\uDE00\uFFFD", nfkc("\uD83D\uDE00\uDE00"))
        assertEquals("e\uFFFD\u0301", nfkc("e\uDFFF\u0301"))
    }

    @Test
    fun `Hangul is composed by arithmetic`() {
        assertEquals("\uD55C", nfkc("\u1112\u1161\u11AB"))
        assertEquals("\uAC01", nfkc("\uAC00\u11A8"))
        assertEquals("\uAC00\u11A7", nfkc("\u1100\u1161\u11A7"))
        assertEquals("\uAC01\u11A8", nfkc("\uAC01\u11A8"))
        assertEquals("\uAC00\u0301\u11A8", nfkc("\uAC00\u0301\u11A8"))
    }

    /** Forms never change once a character has been assigned, so a newer Java differs at newer characters only. */
    @Test
    fun `the platform agrees on every character that both know, between marks too`() {
        var compared = 0
        val different = ArrayList<Int>()
        for (code in 0..0x10FFFF) {
            if (code in 0xD800..0xDFFF || !Character.isDefined(code)) continue
            val character = String(Character.toChars(code))
            val texts = listOf(character, "a$character\u0323\u0301")
            val expected = texts.map { Normalizer.normalize(it, Normalizer.Form.NFKC) }
            if (expected != texts.map(::nfkc)) different += code
            compared++
        }
        println("$compared characters, Java ${System.getProperty("java.version")} differs at ${different.size}")
        assertTrue(compared > 100_000)
        val known = different.filter { isInTable(it) || Runtime.version().feature() <= JAVA_OF_UNICODE_14 }
        assertEquals(emptyList<String>(), known.map { "U+%04X".format(it) })
    }

    @Test
    fun `long runs of marks take no quadratic time`() {
        val marks = "a" + "\u0301\u0323\u0300".repeat(50_000)
        val begin = System.nanoTime()
        val normal = nfkc(marks)
        assertTrue(System.nanoTime() - begin < 5_000_000_000)
        assertEquals('\u1EA1', normal[0])
        assertEquals("\u0323".repeat(49_999), normal.substring(1, 50_000))
        assertEquals("\u0301\u0300".repeat(50_000), normal.substring(50_000))
    }

    private fun isInTable(code: Int): Boolean = String(Character.toChars(code)).let { nfkc(it) != it } || NormalizationTable.combiningClass(code) != 0

    private companion object {
        const val JAVA_OF_UNICODE_14 = 19
    }
}
