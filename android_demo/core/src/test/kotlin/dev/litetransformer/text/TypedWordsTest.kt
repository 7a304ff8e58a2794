package dev.litetransformer.text

import dev.litetransformer.Fixtures
import dev.litetransformer.get
import dev.litetransformer.ids
import dev.litetransformer.items
import dev.litetransformer.json.JsonNull
import dev.litetransformer.suggestions.Suggester
import dev.litetransformer.text
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

class TypedWordsTest {
    private val special = "<s>\n<pad>\n<eos>\n<unk>\n"

    private fun read(text: String) = WordVocabulary.readAny(text.toByteArray())

    @Test
    fun `texts are split as in Python`() {
        val vocabulary = WordVocabulary.readAny(Fixtures.file("suggestions/vocabulary.txt").readBytes())
        for (line in Fixtures.lines("suggestions/texts.jsonl")) {
            val text = line["text"].text
            assertEquals(text, line["sentences"].items.map { sentence -> sentence.items.map { it.text } }, TypedWords.sentences(text))
            assertArrayEquals(text, line["ids"].ids, vocabulary.encode(text))
            val typed = TypedWords.typed(text)
            assertEquals(text, line["context"].items.map { it.text }, typed.context)
            assertEquals(text, line["begun"].takeIf { it != JsonNull }?.text, typed.begun)
            assertEquals(text, line["accepted"].text, Suggester.accept(text, "word"))
        }
    }

    @Test
    fun `the last line tells the kind`() {
        val words = read(special + "the\nTom\n.\n,\ntyped words, text schema 2\n")
        assertTrue(words is TypedWords)
        assertEquals(8, words.size)
        assertArrayEquals(intArrayOf(4, 5, 7, 4, 6, 2, 3), words.encode("THE tom, the. Unheard"))
        assertEquals("the Tom, the. <unk>", words.decode(intArrayOf(4, 5, 7, 4, 6, 2, 3)))
        assertTrue(read(special + "the\ntext schema 2\n") is WordVocabulary)
        assertThrows(VocabularyException::class.java) { WordVocabulary.read((special + "the\ntyped words, text schema 2\n").toByteArray()) }
        val error = assertThrows(VocabularyException::class.java) { read(special + "tom\nTom\ntyped words, text schema 2\n") }
        assertTrue(error.message, error.message!!.endsWith("no two words may differ only in case. Received: \"tom\" twice"))
    }
}
