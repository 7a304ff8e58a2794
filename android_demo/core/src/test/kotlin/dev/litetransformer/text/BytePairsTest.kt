package dev.litetransformer.text

import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import java.lang.management.ManagementFactory
import java.util.Random

class BytePairsTest {
    private fun BytePairs.pieces(text: String): List<String> = ArrayList<String>().also { found -> cut(text) { found += it } }

    @Test
    fun `pieces inside a word end in two signs`() {
        val codes = BytePairs.read("#version: 0.2\nl o\nlo w</w>\n")
        assertEquals(listOf("low", "lo@@", "w@@", "e@@", "r"), codes.pieces("low lower"))
        assertEquals(listOf("a", "low"), codes.pieces("\r\n a  low \n"))
        assertEquals(emptyList<String>(), codes.pieces(" \n"))
    }

    @Test
    fun `only spaces end a word, and other white space its pieces`() {
        val codes = BytePairs.read("#version: 0.2\na \t\nb c</w>\n")
        assertEquals(listOf("a", "@@", "bc"), codes.pieces("a\tbc"))
        assertEquals(listOf("@@", "b"), codes.pieces("\u3000b"))
        assertEquals(listOf("a@@", "@@", "b@@", "c@@", "d"), codes.pieces("a\nbc\u00A0 d"))
    }

    @Test
    fun `characters are code points`() {
        val codes = BytePairs.read("#version: 0.2\n\uD83D\uDE42 x\n")
        assertEquals(listOf("\uD83D\uDE42"), codes.pieces("\uD83D\uDE42"))
        assertEquals(listOf("\uD83D\uDE42x@@", "\uD83D\uDE42"), codes.pieces("\uD83D\uDE42x\uD83D\uDE42"))
    }

    @Test
    fun `the end of a word is a symbol of version 1`() {
        val codes = BytePairs.read("a b\nab </w>\nc </w>\n")
        assertEquals(listOf("ab", "ab@@", "c", "c@@", "ab", "b@@", "a"), codes.pieces("ab abc cab ba"))
        assertEquals(codes.pieces("ab abc"), BytePairs.read("#version: 0.1\r\na b\r\nab </w>\r\nc </w>\r\n").pieces("ab abc"))
        assertEquals(listOf("x@@", "<@@", "/@@", "w@@", ">"), codes.pieces("x</w>"))
    }

    @Test
    fun `a merge's first occurrence counts, and counts do not`() {
        assertEquals(listOf("ab@@", "c"), BytePairs.read("#version: 0.2\na b\nb c</w>\na b\n").pieces("abc"))
        assertEquals(listOf("a@@", "bc"), BytePairs.read("b c</w> 9\na b 8").pieces("abc"))
        assertEquals(listOf("ab@@", "ab"), BytePairs.read("#version: 0.9\na b</w> 9\na b 8").pieces("abab"))
    }

    @Test
    fun `each broken rule is named`() {
        val cases = mapOf(
            "" to "two symbols per line. Received: ''", "a\n" to "two symbols per line. Received: 'a'", "a b c\n" to "Received: 'a b c'",
            "a b\n\na c" to "two symbols per line. Received: ''", "#version: 0.3\na b\n" to "version 0.1 or 0.2. Received: '#version: 0.3'",
            "#version: x\na b" to "version 0.1 or 0.2. Received: '#version: x'", "#version: 0.2\n" to "hold merges. Received: none",
            "a  b\n" to "two symbols per line", " b 1\nc d 2" to "two symbols per line. Received: 'c d 2'",
            "a  1\nb c 2" to "two symbols per line",
            "a b 1\nc d" to "two symbols per line. Received: 'a b 1'",
        )
        for ((text, rule) in cases) {
            val error = assertThrows(text, VocabularyException::class.java) { BytePairs.read(text) }
            assertTrue("$text: ${error.message}", rule in error.message!!)
        }
    }

    /** Python's loop: in each round, all occurrences of the best pair from left to right. */
    private fun merged(word: String, merges: List<Pair<String, String>>, endIsSymbol: Boolean): List<String> {
        val ranks = merges.withIndex().reversed().associate { (rank, pair) -> pair to rank }
        val characters = word.map { it.toString() }
        var symbols = if (endIsSymbol) characters + END else characters.dropLast(1) + (characters.last() + END)
        while (symbols.size > 1) {
            val found = symbols.zipWithNext().map { ranks[it] }
            val best = found.filterNotNull().minOrNull() ?: break
            val joined = ArrayList<String>()
            var place = 0
            while (place < symbols.size) {
                val merges = found.getOrNull(place) == best
                joined += if (merges) symbols[place] + symbols[place + 1] else symbols[place]
                place += if (merges) 2 else 1
            }
            symbols = joined
        }
        val last = symbols.last().removeSuffix(END)
        val pieces = if (symbols.last() == END) symbols.dropLast(1) else symbols.dropLast(1) + last
        return pieces.dropLast(1).map { "$it@@" } + pieces.last()
    }

    @Test
    fun `random words with many ties are cut as by Python's loop`() {
        val random = Random(3)
        val parts = listOf("a", "b", "c", "aa", "ab", "ba", "bb", "aab", "abb", "abab", "a</w>", "b</w>", "ab</w>", "aa</w>", END, "<", "/", "w", ">", "</")
        var merges = 0
        repeat(2000) {
            val pairs = List(1 + random.nextInt(40)) { parts[random.nextInt(parts.size)] to parts[random.nextInt(parts.size)] }
            val endIsSymbol = random.nextBoolean()
            val codes = BytePairs(pairs, endIsSymbol)
            repeat(5) {
                val alphabet = if (random.nextInt(5) > 0) "ab" else "abc</w>"
                val word = String(CharArray(2 + random.nextInt(60)) { alphabet[random.nextInt(alphabet.length)] })
                val expected = merged(word, pairs, endIsSymbol)
                merges += word.length - expected.size
                assertEquals("$word by $pairs, $endIsSymbol", expected, codes.pieces(word))
            }
        }
        assertTrue("$merges", merges > 10_000)
    }

    @Test
    fun `words of a hundred thousand characters take no quadratic time`() {
        val merges = List(14) { step -> "a".repeat(1 shl step).let { it to it } } + listOf("b" to "b", "ab" to "ab", "a" to "b")
        val codes = BytePairs(merges, endIsSymbol = false)
        val random = Random(4)
        val words = listOf("a".repeat(100_000), "ab".repeat(50_000), String(CharArray(100_000) { 'a' + random.nextInt(2) }))
        val threads = ManagementFactory.getThreadMXBean()
        for (word in words) {
            val begin = threads.currentThreadCpuTime
            assertEquals(word, codes.pieces(word).joinToString("") { it.removeSuffix("@@") })
            val milliseconds = (threads.currentThreadCpuTime - begin) / 1_000_000
            assertTrue("$milliseconds ms", milliseconds < 3000)
        }
    }

    private companion object {
        const val END = "</w>"
    }
}
