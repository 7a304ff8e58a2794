package dev.litetransformer.paragraphs

import dev.litetransformer.Fixtures
import dev.litetransformer.decoding.DecodingFixture
import dev.litetransformer.decoding.decodingOptions
import dev.litetransformer.decoding.double
import dev.litetransformer.decoding.int
import dev.litetransformer.get
import dev.litetransformer.ids
import dev.litetransformer.items
import dev.litetransformer.json.JsonNull
import dev.litetransformer.text
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Sentences, what a model reads of them, and whole translations are Python's, on the texts of tools/paragraph_fixtures.py. */
class ParagraphParityTest {
    @Test
    fun spansAndClassesOfCharactersArePythons() {
        val lines = Fixtures.lines("paragraphs/characters.jsonl")
        assertEquals(lines[0].text, Markup.SPAN)
        val classes = mapOf<String, (Int) -> Boolean>(
            "small" to Characters::isSmall,
            "letters" to Characters::isLetter,
            "capitals" to { Capitals.lowered(it) != it },
            "digits" to Characters::isDigit,
        )
        assertEquals(classes.keys, lines.drop(1).map { it["class"].text }.toSet())
        lines.drop(1).forEach { line ->
            val found = (0..0x10FFFF).filter(classes.getValue(line["class"].text))
            assertEquals(line["class"].text, line["codes"].ids.asList(), found)
        }
    }

    @Test
    fun sentencesArePythons() = Fixtures.lines("paragraphs/splits.jsonl").forEach { line ->
        val expected = line["pieces"].items.map { SentenceSplitter.Piece(it.items[0].text, it.items[1].text) }
        assertEquals(line["language"].text, expected, SentenceSplitter(line["language"].text).split(line["text"].text))
    }

    @Test
    fun whatAModelReadsAndTheJoinedTextArePythons() = Fixtures.lines("paragraphs/joined.jsonl").forEach { line ->
        val limit = line["limit"].takeIf { it != JsonNull }?.int ?: (Int.MAX_VALUE / 64)
        val cutter = Cutter(limit) { madeUpTokens(codePoints(Sentence.plain(it))) }
        val spaced = SentenceSplitter.hasSpaces(line["target"].text)
        val paragraph = Paragraph.read(line["text"].text, SentenceSplitter(line["source"].text), cutter, spaced)
        assertEquals(line["text"].text, line["read"].items.map { it.text }, paragraph.sentences.filterNot { it.isCopied }.map { it.plain })
        assertEquals(line["text"].text, line["joined"].text, paragraph.joined(line["translations"].items.map { it.text }))
        assertEquals(line["text"].text, line["too_long"].items.map { it.text }, paragraph.tooLong)
    }

    private fun madeUpTokens(codes: IntArray) = (codes.size + 3) / 4 + 18 * codes.count { it == 0xFDFA }

    @Test
    fun translationsArePythons() = DecodingFixture.all("translation").forEach { fixture ->
        fixture.translator().use { translator ->
            Fixtures.lines("paragraphs/answers/${fixture.name}.jsonl").forEach { line ->
                val found = translator.translate(line["text"].text, decodingOptions(line["options"]))
                val expected = line["answers"].items
                assertEquals(expected.map { it["text"].text }, found.map { it.text })
                assertEquals(expected.map { it["ids"].ids.asList() }, found.map { it.ids })
                assertEquals(expected.map { answer -> answer["too_long"].items.map { it.text } }, found.map { it.tooLong })
                expected.zip(found).forEach { (answer, hypothesis) ->
                    assertEquals(answer["score"].double, hypothesis.score.toDouble(), 1e-4 * maxOf(1, hypothesis.ids.size))
                    assertTrue(hypothesis.text, hypothesis.score <= 0f)
                }
            }
        }
    }
}
