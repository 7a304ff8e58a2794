package dev.litetransformer.text

import dev.litetransformer.Fixtures
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import java.util.Base64
import java.util.Random

class DictionaryVocabularyTest {
    private val head = "\"format\": \"lite-transformer-dictionary\", \"version\": 1"

    private fun read(fields: String) = DictionaryVocabulary.read("{$head, $fields}".toByteArray())

    @Test
    fun `a dictionary with codes`() {
        val vocabulary = read("\"entries\": [\"lo@@\", \"low\", \"e@@\", \"r\"], \"byte_pairs\": \"#version: 0.2\\nl o\\nlo w</w>\\n\"")
        assertEquals(listOf("<s>", "<pad>", "</s>", "<unk>", "lo@@", "low", "e@@", "r"), vocabulary.entries)
        assertEquals(listOf(0, 1, 2, 3, 8), vocabulary.run { listOf(bosId, padId, eosId, unkId, size) })
        assertArrayEquals(intArrayOf(5, 4, 3, 6, 7, 3), vocabulary.encode("low lower  x"))
        assertEquals("low loer", vocabulary.decode(intArrayOf(5, 4, 6, 7, 2)))
        assertEquals("lo<unk> <s> e", vocabulary.decode(intArrayOf(1, 4, 3, 0, 6)))
        assertArrayEquals(IntArray(0), vocabulary.encode(" "))
        assertEquals("", vocabulary.decode(IntArray(0)))
        for (id in listOf(-1, 8)) assertThrows(IllegalArgumentException::class.java) { vocabulary.decode(intArrayOf(4, id)) }
    }

    @Test
    fun `without anything that cuts them words are entries`() {
        val vocabulary = read("\"entries\": [\"the\", \"\uFFFD\"], \"byte_pairs\": null, \"more\": [1, {\"a\": true}]")
        assertArrayEquals(intArrayOf(4, 3, 2, 4), vocabulary.encode("\u0085the\u3000The </s>\u001Fthe\n"))
        assertArrayEquals(intArrayOf(5, 5), vocabulary.encode("\uD83D \uDE42"))
        assertEquals("the <unk>", vocabulary.decode(intArrayOf(4, 1, 3, 2)))
        assertEquals(5, DictionaryVocabulary.read("\uFEFF{$head, \"entries\": [\"a\"]}".toByteArray()).size)
    }

    @Test
    fun `each broken rule is named`() {
        val whole = "\"entries\": [\"a\"]"
        val cases = mapOf(
            "" to "must be JSON", "[]" to "must be a JSON object", "{}" to "format 'lite-transformer-dictionary', version 1", "{$head" to "must be JSON",
            "{\"format\": \"lite-transformer-dictionary\", \"version\": 2, $whole}" to "newer version of this library. Received: 2",
            "{$head, $whole, $whole}" to "A name must occur once", "{$head, \"entries\": [1]}" to "a list of texts", "{$head}" to "a list of texts",
            "{$head, \"entries\": [\"\"]}" to "without white space", "{$head, \"entries\": [\"a\\u0085b\"]}" to "without white space",
            "{$head, \"entries\": [\"a\", \"b\", \"a\"]}" to "each entry once. Received: 'a'", "{$head, \"entries\": [\"<unk>\"]}" to "each entry once",
            "{$head, \"entries\": [\"\\ud83d\"]}" to "half a surrogate pair", "{$head, $whole, \"\\udc00\": 1}" to "half a surrogate pair",
            "{$head, $whole, \"byte_pairs\": 1}" to "a text as byte_pairs", "{$head, $whole, \"byte_pairs\": \"a\"}" to "two symbols per line",
            "{$head, $whole, \"sentencepiece\": []}" to "a text as sentencepiece", "{$head, $whole, \"sentencepiece\": \"%%\"}" to "base64",
            "{$head, $whole, \"sentencepiece\": \"AAA\"}" to "base64", "{$head, $whole, \"sentencepiece\": \"\"}" to "normal pieces",
            "{$head, $whole, \"byte_pairs\": \"a b\", \"sentencepiece\": \"\"}" to "either byte_pairs or a sentencepiece model. Received: both",
            "{$head, $whole, \"x\": ${"[".repeat(200)}${"]".repeat(200)}}" to "inside one another",
        )
        for ((text, rule) in cases) {
            val error = assertThrows(text, VocabularyException::class.java) { DictionaryVocabulary.read(text.toByteArray()) }
            assertTrue("$text: ${error.message}", rule in error.message!! && "Received: " in error.message!! && error.message!!.length < 400)
        }
        assertThrows(VocabularyException::class.java) { DictionaryVocabulary.read(byteArrayOf(-1)) }
    }

    @Test
    fun `what of a SentencePiece model cannot be served is named`() {
        val piece = { text: String, type: Int -> message(1, message(1, text.toByteArray()) + byteArrayOf(0x18, type.toByte())) }
        val cases = mapOf(
            "be unigram or BPE. Received: kind 3" to message(2, byteArrayOf(0x18, 3)),
            "have no unused pieces. Received: 'x' of type 5" to piece("x", 5),
            "have one unknown piece. Received: 2" to piece("<other>", 2),
            "with a text, without zeros" to piece("", 1),
            "control pieces of more than one character. Received: 'ñ'" to piece("ñ", 3),
            "have all 256 byte pieces with byte_fallback, and none without. Received: 1" to piece("<0x41>", 6),
            "have each piece once" to piece("<s>", 1),
            "hold a trie in blocks" to message(3, message(2, byteArrayOf(1, 2, 3))),
            "must be UTF-8" to message(1, message(1, byteArrayOf(-1))),
        )
        val model = model("unigram_identity")
        assertThrows(VocabularyException::class.java) { SentencePieceCutter.read(model + longPiece(513)) }
        SentencePieceCutter.read(model + longPiece(512))
        for ((rule, appended) in cases) {
            val error = assertThrows(rule, VocabularyException::class.java) { SentencePieceCutter.read(model + appended) }
            assertTrue("$rule: ${error.message}", rule in error.message!!)
        }
    }

    @Test
    fun `damaged models are refused or read, and nothing else happens`() {
        val random = Random(1)
        for (name in listOf("unigram_nmt_nfkc", "bpe_nfkc")) {
            val model = model(name)
            var refused = 0
            repeat(200) { round ->
                val place = random.nextInt(model.size)
                val damaged = if (round % 2 == 0) model.copyOf(place) else model.clone().also { it[place] = random.nextInt().toByte() }
                try {
                    SentencePieceCutter.read(damaged).cut("A boy  ﬁnds ½ \uFEFF中文 ㍿ e\u0301 \u0000 \uFDFA") {}
                } catch (_: VocabularyException) {
                    refused++
                }
            }
            println("$name: $refused of 200 damaged models are refused")
            assertTrue("$refused", refused >= 100)
        }
    }

    private fun longPiece(length: Int): ByteArray {
        val varint = { number: Int -> byteArrayOf((number and 0x7F or 0x80).toByte(), (number shr 7).toByte()) }
        return byteArrayOf(10) + varint(length + 3) + byteArrayOf(10) + varint(length) + ByteArray(length) { 'x'.code.toByte() }
    }

    private fun model(name: String): ByteArray {
        val text = Fixtures.file("dictionaries/$name.json").readText()
        return Base64.getDecoder().decode(text.substringAfter("\"sentencepiece\": \"").substringBefore('"'))
    }

    private fun message(field: Int, content: ByteArray): ByteArray = byteArrayOf((field shl 3 or 2).toByte(), content.size.toByte()) + content
}
