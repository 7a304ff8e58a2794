package dev.litetransformer.text

import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** Maps of characters that were made by hand: a trie of units, and texts. */
class CharacterMapTest {
    /** A trie whose root's children stand at 0x100 xor their byte. */
    private fun units(size: Int = 512): IntArray = IntArray(size).also { it[0] = node(0, 0x100) }

    /** A node that is reached by [label], whose children stand at [offset] from it. */
    private fun node(label: Int, offset: Int, hasValue: Boolean = false): Int = offset shl 10 or (if (hasValue) 0x100 else 0) or label

    private fun map(units: IntArray, texts: ByteArray): ByteArray {
        val buffer = ByteBuffer.allocate(4 + 4 * units.size + texts.size).order(ByteOrder.LITTLE_ENDIAN)
        buffer.putInt(4 * units.size)
        units.forEach { buffer.putInt(it) }
        return buffer.put(texts).array()
    }

    /** The rule that reads "a", and the node behind it. */
    private fun oneRule(value: Int, texts: ByteArray): ByteArray {
        val units = units()
        units[0x100 xor 'a'.code] = node('a'.code, 0x100, hasValue = true)
        units['a'.code] = value or Int.MIN_VALUE
        return map(units, texts)
    }

    @Test
    fun `the longest rule counts`() {
        val map = CharacterMap(oneRule(2, "x\u0000é!\u0000".toByteArray()))
        assertEquals(1L shl 32 or 2, map.longest("ba".toByteArray(), 1))
        assertEquals("é!", map.text(2))
        assertEquals(0L, map.longest("ba".toByteArray(), 0))
        assertEquals(0L, map.longest("\u0000".toByteArray(), 0))
        assertEquals(0L, map.longest(ByteArray(0), 0))
    }

    private fun refused(rule: String, bytes: ByteArray) {
        val error = assertThrows(rule, VocabularyException::class.java) { CharacterMap(bytes) }
        assertTrue("${error.message}", rule in error.message!!)
    }

    @Test
    fun `texts lie inside, are whole, and end`() {
        val texts = "é\u0000".toByteArray()
        for (value in listOf(3, 1000, Int.MAX_VALUE)) refused("write whole texts of its own. Received: $value", oneRule(value, texts))
        refused("write whole texts", oneRule(1, texts))
        refused("write at most 256 bytes", oneRule(0, "é".toByteArray()))
        refused("write at most 256 bytes", oneRule(0, ByteArray(300) { 'x'.code.toByte() } + 0))
        assertEquals("x".repeat(256), CharacterMap(oneRule(0, ByteArray(256) { 'x'.code.toByte() } + 0)).text(0))
        refused("must be UTF-8", oneRule(0, byteArrayOf(-1, 0)))
    }

    @Test
    fun `a trie has blocks, nodes inside, and rules that end`() {
        refused("blocks of 1024 bytes, and texts", byteArrayOf(1))
        refused("blocks of 1024 bytes, and texts", map(units(), ByteArray(0)))
        refused("blocks of 1024 bytes, and texts", map(units(500), ByteArray(1)))
        refused("blocks of 1024 bytes, and texts", byteArrayOf(-1, -1, -1, -1, 0))
        refused("at most 4194304 bytes", map(IntArray((1 shl 20) + 256), ByteArray(1)))
        val outside = units()
        outside[0x100 xor 'a'.code] = node('a'.code, 0x4000)
        refused("have nodes inside its trie", map(outside, ByteArray(1)))
        val round = units()
        round[0x100 xor 'a'.code] = node('a'.code, 'a'.code)
        refused("have rules that read at most 256 bytes", map(round, ByteArray(1)))
        val root = IntArray(256).also { it[0] = node(0, 0x4000) }
        refused("have nodes inside its trie", map(root, ByteArray(1)))
    }

    @Test
    fun `rules of 256 bytes are read, longer ones refused, however many ways lead to them`() {
        fun chain(length: Int): ByteArray {
            // Blocks in a row: every byte leads from each block to the next one, so the trie has 255 to the power of its length ways.
            val units = IntArray(256 * (length + 1))
            units[0] = node(0, 0)
            for (block in 0 until length) for (label in 1..255) {
                val place = 256 * block + label
                units[place] = node(label, place xor 256 * (block + 1))
            }
            return map(units, ByteArray(1))
        }
        CharacterMap(chain(256))
        refused("have rules that read at most 256 bytes", chain(257))
        assertEquals(0L, CharacterMap(chain(256)).longest(ByteArray(100_000) { 'a'.code.toByte() }, 0))
    }
}
