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
        val models = listOf("unigram", "bpe", "tied_unigram", "tied_bpe", "unigram_schema_1").associateWith { vocabulary(it) }
        val lines = Fixtures.lines("text/sentences.jsonl")
        for (line in lines) {
            val expected: JsonValue = line["ids"]
            assertEquals(models.keys, (line["ids"] as JsonObject).entries.keys)
            for ((name, model) in models) {
                val ids = model.encode(line["text"].text)
                assertArrayEquals("$name: ${line["text"].text.take(200)}", expected[name].ids, ids)
                assertEquals(name, line["decoded"][name].text, model.decode(ids))
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
        for (schema in TextSchema.entries) {
            val words = WordVocabulary.read(Fixtures.file("text/words_schema_${schema.version}.txt").readBytes())
            assertEquals(schema.version, words.textSchema)
            val lines = Fixtures.lines("text/words_schema_${schema.version}.jsonl")
            for (line in lines) {
                assertArrayEquals(line.toString(), line["ids"].ids, words.encode(line["text"].text))
                assertEquals(line["decoded"].text, words.decode(line["ids"].ids))
            }
            println("${lines.size} texts, text schema ${schema.version}: all ids of whole words equal")
            assertTrue(lines.size >= 100)
        }
    }

    @Test
    fun `texts have Python's normal form by every schema`() {
        for (schema in TextSchema.entries) {
            val lines = Fixtures.lines("text/normalization_schema_${schema.version}.jsonl")
            for (line in lines) assertEquals(line.toString(), line.items[1].text, schema.normalize(line.items[0].text))
            println("${lines.size} texts, text schema ${schema.version}: all normal forms equal")
            assertTrue(lines.size >= 1000)
        }
        assertEquals(Fixtures.lines("text/unicode.jsonl").single().text, NormalizationTable.version)
    }

    @Test
    fun `all characters that Python does not change stay`() {
        val characters = (0..0x10FFFF).filter { it !in 0xD800..0xDFFF }.map { String(Character.toChars(it)) }
        for (schema in TextSchema.entries) {
            val changed = Fixtures.lines("text/normalization_schema_${schema.version}.jsonl").map { it.items[0].text }.toSet()
            for (text in characters) if (text !in changed) assertEquals(text, schema.normalize(text))
            println("${characters.size} characters, text schema ${schema.version}: all normal forms equal")
        }
    }

    private fun vocabulary(name: String) = SentencePieceVocabulary.read(Fixtures.file("text/$name.model").readBytes())
}
