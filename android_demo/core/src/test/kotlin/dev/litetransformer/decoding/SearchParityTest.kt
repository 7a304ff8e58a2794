package dev.litetransformer.decoding

import dev.litetransformer.get
import dev.litetransformer.ids
import dev.litetransformer.items
import dev.litetransformer.json.JsonNull
import dev.litetransformer.json.JsonValue
import dev.litetransformer.text
import dev.litetransformer.text.DictionaryVocabulary
import kotlin.math.abs
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Greedy and beam search give Python's token ids, texts and scores, whatever the options. */
class SearchParityTest {
    @Test
    fun translationsEqualPythons() = DecodingFixture.all("translation").forEach { fixture ->
        fixture.translator().use { translator -> compare(fixture) { text, options -> translator.translateSentence(text, options) } }
    }

    @Test
    fun translationsOfImportedModelsEqualPythonsAsOneSequence() = DecodingFixture.all("imported").forEach { fixture ->
        fixture.translator().use { translator ->
            assertTrue(fixture.name, fixture.bundle().use { it.sourceVocabulary is DictionaryVocabulary && it.targetVocabulary is DictionaryVocabulary })
            compare(fixture) { text, options -> translator.translate(text, options) }
            compare(fixture) { text, options -> translator.translateSentence(text, options) }
            var shown = ""
            val text = fixture.texts.maxBy { it.length }
            val found = translator.translate(text) { shown = it }.first()
            assertEquals(found.text, shown)
        }
    }

    @Test
    fun summariesEqualPythons() = DecodingFixture.all("summarization").forEach { fixture ->
        fixture.summarizer().use { summarizer -> compare(fixture) { text, options -> summarizer.summarize(text, options).hypotheses } }
    }

    @Test
    fun defaultOptionsAreThoseOfTheBundle() {
        DecodingFixture.all("summarization").forEach { fixture ->
            fixture.summarizer().use { assertEquals(decodingOptions(fixture.case("default")["options"]), it.defaultOptions) }
        }
        DecodingFixture.all("translation").forEach { fixture ->
            fixture.translator().use { assertEquals(decodingOptions(fixture.case("default")["options"]), it.defaultOptions) }
        }
    }

    private fun compare(fixture: DecodingFixture, generate: (String, DecodingOptions) -> List<Hypothesis>) {
        var largestDifference = 0f
        val counts = ArrayList<String>()
        val different = ArrayList<String>()
        for (case in fixture.cases) {
            val options = decodingOptions(case["options"])
            val name = case["name"].text
            val before = different.size
            case["answers"].items.forEachIndexed { index, expected ->
                val found = generate(fixture.texts[index], options)
                if (isSame(expected.items, found)) {
                    expected.items.zip(found).forEach { (answer, hypothesis) -> largestDifference = maxOf(largestDifference, difference(answer, hypothesis)) }
                } else {
                    different += "$name, text $index: $found for ${expected.items.map { it["text"].text + " (" + it["score"].double + ")" }}"
                }
            }
            val compared = case["answers"].items.size
            counts += "$name ${compared - (different.size - before)}/$compared"
        }
        println("${fixture.name} as Python's: ${counts.joinToString()}; scores within $largestDifference")
        assertTrue("${fixture.name}: ${different.joinToString("\n")}", different.isEmpty())
        assertTrue("$largestDifference", largestDifference < 1e-4f)
    }

    private fun isSame(expected: List<JsonValue>, found: List<Hypothesis>): Boolean = expected.size == found.size &&
        expected.zip(found).all { (answer, hypothesis) -> isSame(answer, hypothesis) }

    private fun isSame(expected: JsonValue, found: Hypothesis): Boolean = expected["ids"].ids.asList() == found.ids &&
        expected["text"].text == found.text &&
        expected["missing"].items.map { it.text } == found.missing &&
        expected["added"].items.map { it.text } == found.added &&
        isSame(expected["confidence"].takeIf { it != JsonNull }?.double, found.confidence)

    /** A confidence depends on the score, which may differ a little. */
    private fun isSame(expected: Double?, found: Double?): Boolean = if (expected == null) found == null else found != null && abs(expected - found) < 1e-4

    private fun difference(expected: JsonValue, found: Hypothesis): Float = abs(expected["score"].double.toFloat() - found.score)
}
