package dev.litetransformer.text

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

class WordVocabularyTest {
    private val special = "<s>\n<pad>\n<eos>\n<unk>\n"

    private fun read(text: String) = WordVocabulary.read(text.toByteArray())

    @Test
    fun `words between white space, nothing normalised`() {
        val words = read(special + "the\ncaf\u00e9\n")
        assertEquals(6, words.size)
        assertArrayEquals(intArrayOf(4, 3, 5, 3, 2), words.encode(" the\u3000bird\u0085caf\u00e9\u001Fcafe\u0301 <eos>\t"))
        assertArrayEquals(IntArray(0), words.encode(" \n"))
        assertArrayEquals(intArrayOf(3), words.encode("the\u200B"))
        assertEquals("the <unk> café", words.decode(intArrayOf(0, 4, 3, 1, 5, 2)))
        assertThrows(IllegalArgumentException::class.java) { words.decode(intArrayOf(6)) }
    }

    @Test
    fun `schema 2 looks up an unknown word without its invisible characters`() {
        val words = read(special + "the\nsoft\u00AD\ntext schema 2\n")
        assertEquals(listOf(1, 2), listOf(read(special).textSchema, words.textSchema))
        assertEquals(6, words.size)
        assertArrayEquals(intArrayOf(4, 4, 5, 3, 3), words.encode("\uFEFFthe t\u200Bhe \u200B soft\u00AD bird\u0000 soft"))
    }

    @Test
    fun `the last line may lack its end`() {
        assertEquals(listOf("<s>", "<pad>", "<eos>", "<unk>", "a"), read(special + "a").words)
        assertEquals(4, read(special).size)
    }

    @Test
    fun `each broken rule is named`() {
        val cases = mapOf(
            "" to "must begin with", "the\n$special" to "must begin with", special + "a\n\n" to "must not be empty", special + "a b\n" to "no white space",
            special + "a\r\n" to "no white space", special + "a\nb\na\n" to "must occur once. Received: [a]",
            special + "a\ntext schema 3\n" to "newer version. Received: 3", special + "text schema 2\na\n" to "no white space",
        )
        for ((text, rule) in cases) {
            val error = assertThrows(rule, VocabularyException::class.java) { read(text) }
            assertTrue(error.message, rule in error.message!!)
        }
        assertThrows(VocabularyException::class.java) { WordVocabulary.read(special.toByteArray() + byteArrayOf(-1)) }
    }
}
