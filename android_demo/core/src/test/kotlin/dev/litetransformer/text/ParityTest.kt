package dev.litetransformer.text

import dev.litetransformer.Fixtures
import dev.litetransformer.get
import dev.litetransformer.ids
import dev.litetransformer.items
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonValue
import dev.litetransformer.text
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Ids and texts beside those of Python on the same machine's fixtures. */
class ParityTest {
    @Test
    fun `every text has Python's ids and decodes to Python's text`() {
        val models = listOf("unigram", "bpe", "tied_unigram", "tied_bpe").associateWith { vocabulary(it) }
        val lines = Fixtures.lines("text/sentences.jsonl")
        for (line in lines) {
            val expected: JsonValue = line["ids"]
            assertEquals(models.keys, (line["ids"] as JsonObject).entries.keys)
            for ((name, model) in models) {
                val ids = model.encode(line["text"].text)
                assertArrayEquals("$name: ${line["text"].text.take(200)}", expected[name].ids, ids)
                assertEquals(name, line["decoded"].text, model.decode(ids))
            }
        }
        println("${lines.size} texts, ${models.size} models: all ids and texts equal")
        assertTrue(lines.size >= 100)
    }

    @Test
    fun `any ids decode to Python's text`() {
        val models = listOf("unigram", "bpe").associateWith { vocabulary(it) }
        val lines = Fixtures.lines("text/ids.jsonl")
        for (line in lines) assertEquals(line.toString(), line["text"].text, models.getValue(line["model"].text).decode(line["ids"].ids))
        println("${lines.size} sequences of ids: all texts equal")
        assertTrue(lines.size >= 100)
    }

    @Test
    fun `every word has Python's id`() {
        val words = WordVocabulary.read(Fixtures.file("text/words.txt").readBytes())
        val lines = Fixtures.lines("text/words.jsonl")
        for (line in lines) {
            assertArrayEquals(line.toString(), line["ids"].ids, words.encode(line["text"].text))
            assertEquals(line["decoded"].text, words.decode(line["ids"].ids))
        }
        println("${lines.size} texts: all ids of whole words equal")
        assertTrue(lines.size >= 100)
    }

    @Test
    fun `texts have Python's NFKC form`() {
        val lines = Fixtures.lines("text/normalization.jsonl")
        for (line in lines) assertEquals(line.toString(), line.items[1].text, normalize(line.items[0].text))
        println("${lines.size} texts: all NFKC forms equal")
        assertEquals(Fixtures.lines("text/unicode.jsonl").single().text, NormalizationTable.version)
    }

    @Test
    fun `all characters that Python does not change stay`() {
        val changed = Fixtures.lines("text/normalization.jsonl").map { it.items[0].text }.toSet()
        val characters = (0..0x10FFFF).filter { it !in 0xD800..0xDFFF }.map { String(Character.toChars(it)) }
        for (text in characters) if (text !in changed) assertEquals(text, normalize(text))
        println("${characters.size} characters: all NFKC forms equal")
    }

    private fun vocabulary(name: String) = SentencePieceVocabulary.read(Fixtures.file("text/$name.model").readBytes())
}
