package dev.litetransformer.text

import dev.litetransformer.Fixtures
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import java.lang.management.ManagementFactory
import java.util.Random

class SentencePieceVocabularyTest {
    private val bytes = Fixtures.file("text/unigram.model").readBytes()
    private val vocabulary = SentencePieceVocabulary.read(bytes)

    @Test
    fun `spaces are prepared as specified`() {
        val cases = mapOf(
            "" to "", "   " to "", "a" to "▁a", "  a  b " to "▁a▁b", "\u2581" to "", "a \u2581 " to "▁a", "\u2581a" to "▁▁a",
            "a\u2581 b" to "▁a▁▁b", "\ta" to "▁\ta",
        )
        for ((text, prepared) in cases) assertEquals(prepared, SentencePieceVocabulary.prepare(text))
    }

    @Test
    fun `empty texts and ids give nothing`() {
        for (text in listOf("", " ", "\u3000 ", "\u2581")) assertArrayEquals(IntArray(0), vocabulary.encode(text))
        assertEquals("", vocabulary.decode(IntArray(0)))
        assertEquals("", vocabulary.decode(intArrayOf(0, 1, 2)))
        assertEquals(" \u2047 ", vocabulary.decode(intArrayOf(3)))
    }

    @Test
    fun `the schema of the file says how texts are normalised`() {
        val old = SentencePieceVocabulary.read(Fixtures.file("text/unigram_schema_1.model").readBytes())
        assertEquals(listOf(1, 2), listOf(old.textSchema, vocabulary.textSchema))
        val plain = vocabulary.encode("a bus")
        assertArrayEquals(plain, old.encode("a bus"))
        for (text in listOf("a\tbus", "\uFEFFa\u2028b\u00ADus\n", "a \u202Abus\u202C", "a\r\nb\u0000us")) {
            assertArrayEquals(plain, vocabulary.encode(text))
            assertEquals(false, plain.contentEquals(old.encode(text)))
        }
        assertArrayEquals(plain, vocabulary.encode("a\u2581\u2581 bus"))
        assertArrayEquals(vocabulary.encode("\uFFFD\uFFFD"), vocabulary.encode("\uD83D\u00AD\uDE00"))
    }

    @Test
    fun `ids outside are refused`() {
        for (id in listOf(-1, vocabulary.size)) {
            val error = assertThrows(IllegalArgumentException::class.java) { vocabulary.decode(intArrayOf(5, id)) }
            assertEquals("Ids must lie in [0, ${vocabulary.size}). Received: $id", error.message)
        }
    }

    @Test
    fun `special ids and pieces`() {
        assertEquals(listOf(0, 1, 2, 3), vocabulary.run { listOf(bosId, padId, eosId, unkId) })
        assertEquals(listOf("<s>", "<pad>", "</s>", "<unk>", "<0x00>", "<0xFF>"), listOf(0, 1, 2, 3, 4, 259).map(vocabulary::piece))
    }

    @Test
    fun `each broken convention is named`() {
        val piece = { text: String, type: Int -> message(1, message(1, text.toByteArray()) + byteArrayOf(0x18, type.toByte())) }
        val cases = mapOf(
            "its kind must be unigram or BPE" to message(2, byteArrayOf(0x18, 3)),
            "its special ids must be" to message(2, byteArrayOf(0xC8.toByte(), 2, 7)),
            "it must have byte_fallback" to message(2, byteArrayOf(0x98.toByte(), 2, 0)),
            "newer version of this library. Received: lite-transformer-text-3" to message(3, message(1, "lite-transformer-text-3".toByteArray())),
            "its normalization_rule_name must be \"identity\"" to message(3, message(1, "nmt_nfkc".toByteArray())),
            "it must add a space in front" to message(3, byteArrayOf(0x18, 0)),
            "no user-defined and no unused symbols. Received: hello" to piece("hello", 4),
            "it must have all 256" to piece("<0x41>", 6),
            "one unknown piece" to piece("<other>", 2),
            "a text and a finite score" to piece("", 1),
            "a piece must occur once" to piece("<s>", 1),
            "must be UTF-8" to message(1, message(1, byteArrayOf(-1))),
        )
        for ((rule, appended) in cases) {
            val error = assertThrows(rule, VocabularyException::class.java) { SentencePieceVocabulary.read(bytes + appended) }
            assertTrue("$rule: ${error.message}", rule.removePrefix("it must have all") in error.message!!)
        }
    }

    @Test
    fun `damaged files are refused or read, and nothing else happens`() {
        val random = Random(1)
        var refused = 0
        repeat(300) { round ->
            val place = random.nextInt(bytes.size)
            val damaged = if (round % 2 == 0) bytes.copyOf(place) else bytes.clone().also { it[place] = random.nextInt().toByte() }
            try {
                SentencePieceVocabulary.read(damaged).encode("A boy runs.")
            } catch (_: VocabularyException) {
                refused++
            }
        }
        assertTrue("$refused", refused >= 150)
        for (other in listOf(ByteArray(0), "no model".toByteArray(), ByteArray(20) { -1 })) {
            assertThrows(VocabularyException::class.java) { SentencePieceVocabulary.read(other) }
        }
    }

    @Test
    fun `a hundred thousand characters take no more than a second`() {
        val random = Random(2)
        val texts = mapOf(
            "real" to Fixtures.file("text/words_schema_2.txt").readLines().drop(4).joinToString(" ").repeat(100).take(LENGTH),
            "one letter" to "a".repeat(LENGTH),
            "two letters" to "ab".repeat(LENGTH / 2),
            "no spaces" to String(CharArray(LENGTH) { 'a' + random.nextInt(26) }),
            "unknown" to "\u4E2D\uD83D\uDE42".repeat(LENGTH / 3),
            "marks" to "e\u0301\u0323".repeat(LENGTH / 3),
        )
        for (kind in listOf("unigram", "bpe", "tied_bpe")) {
            val model = SentencePieceVocabulary.read(Fixtures.file("text/$kind.model").readBytes())
            model.encode(texts.getValue("real"))
            for ((name, text) in texts) {
                val (ms, ids) = milliseconds { model.encode(text) }
                val (back, _) = milliseconds { model.decode(ids) }
                println("$kind, $name: ${text.length} characters, ${ids.size} tokens, $ms ms to encode, $back ms to decode")
                assertTrue("$kind, $name: $ms ms", ms < 1000 && back < 1000)
            }
        }
    }

    /** Processor time of this thread, so that a busy machine fails no test. */
    private fun <T> milliseconds(work: () -> T): Pair<Long, T> {
        val threads = ManagementFactory.getThreadMXBean()
        val begin = threads.currentThreadCpuTime
        val result = work()
        return (threads.currentThreadCpuTime - begin) / 1_000_000 to result
    }

    /** A length-delimited field; fields that come again at the end of a file take the place of earlier ones, or are added to lists. */
    private fun message(field: Int, content: ByteArray): ByteArray = byteArrayOf((field shl 3 or 2).toByte(), content.size.toByte()) + content

    private companion object {
        const val LENGTH = 100_000
    }
}
