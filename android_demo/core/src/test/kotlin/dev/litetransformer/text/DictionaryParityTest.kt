package dev.litetransformer.text

import dev.litetransformer.Fixtures
import dev.litetransformer.get
import dev.litetransformer.ids
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonValue
import dev.litetransformer.text
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Dictionaries of imported models beside Python, with everything that cuts texts. */
class DictionaryParityTest {
    private val vocabularies = Fixtures.file("dictionaries").listFiles().orEmpty().filter { it.extension == "json" }
        .associate { it.nameWithoutExtension to DictionaryVocabulary.read(it.readBytes()) }

    @Test
    fun `every text has Python's ids and decodes to Python's text`() {
        val lines = Fixtures.lines("dictionaries/texts.jsonl")
        for (line in lines) {
            val expected: JsonValue = line["ids"]
            assertEquals(vocabularies.keys, (expected as JsonObject).entries.keys)
            for ((name, vocabulary) in vocabularies) {
                val ids = vocabulary.encode(line["text"].text)
                assertArrayEquals("$name: ${line["text"]}".take(500), expected[name]!!.ids, ids)
                assertEquals(name, line["decoded"][name].text, vocabulary.decode(ids))
            }
        }
        println("${lines.size} texts, ${vocabularies.size} dictionaries: all ids and texts equal")
        assertTrue(lines.size >= 100 && vocabularies.size >= 25)
    }

    @Test
    fun `any ids decode to Python's text`() {
        val lines = Fixtures.lines("dictionaries/ids.jsonl")
        for (line in lines) assertEquals(line.toString(), line["text"].text, vocabularies.getValue(line["model"].text).decode(line["ids"].ids))
        println("${lines.size} sequences of ids: all texts equal")
        assertTrue(lines.size >= 100)
    }
}
