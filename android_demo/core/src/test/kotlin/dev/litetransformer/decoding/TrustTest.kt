package dev.litetransformer.decoding

import dev.litetransformer.Fixtures
import dev.litetransformer.bundle.Calibration
import dev.litetransformer.bundle.Task
import dev.litetransformer.get
import dev.litetransformer.ids
import dev.litetransformer.items
import dev.litetransformer.json.JsonBoolean
import dev.litetransformer.json.JsonNull
import dev.litetransformer.json.JsonValue
import dev.litetransformer.text
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

/** Items, faults, answers and confidences are Python's; the cases are those of tools/trust_fixtures.py. */
class TrustTest {
    private val JsonValue.texts: List<String> get() = items.map { it.text }

    @Test
    fun itemsEqualPythons() = Fixtures.lines("trust/items.jsonl").forEach { case ->
        val text = case["text"].text
        if (case["shape"] != JsonNull) assertEquals(text, case["shape"].text, CopyCheck.shape(text))
        val expected = case["items"].items.map { Triple(it["text"].text, it["key"].text, it["forms"].items.map { form -> form.texts }) }
        assertEquals(text, expected, CopyCheck.items(text).map { Triple(it.text, it.key, it.forms) })
    }

    @Test
    fun faultsEqualPythons() = Fixtures.lines("trust/comparisons.jsonl").forEach { case ->
        val (source, answer) = listOf("source", "answer").map { CopyCheck.items(case[it].text) }
        assertEquals("$case", case["missing"].texts, CopyCheck.missing(source, answer))
        assertEquals("$case", case["mended"].text, CopyCheck.mended(source, case["answer"].text))
        assertEquals("$case", case["added"].texts, CopyCheck.unsupported(source, answer))
    }

    @Test
    fun answersEqualPythons() = Fixtures.lines("trust/answers.jsonl").forEach { case ->
        val hypotheses = case["hypotheses"].items
        val found = hypotheses.mapIndexed { place, it -> Scored(IntArray(place + 1) { place }, it["score"].double.toFloat()) }
        for ((task, name) in listOf(Task.TRANSLATION to "translation", Task.SUMMARIZATION to "summarization")) {
            val rules = AnswerRules(task, CALIBRATION)
            val answers = rules.answers(case["source"].text, decodingOptions(case["options"]), found) { hypotheses[it[0]]["text"].text }
            val expected = case["answers"][name].items
            assertEquals("$case", expected.map { it["text"].text }, answers.map { it.text })
            assertEquals("$case", expected.map { it["ids"].ids.asList() }, answers.map { it.ids })
            assertEquals("$case", expected.map { it["missing"].texts to it["added"].texts }, answers.map { it.missing to it.added })
            assertEquals("$case", expected.map { it["mended"].texts }, answers.map { it.mended })
            expected.zip(answers).forEach { (one, other) -> assertEquals(one["confidence"].double, other.confidence!!, 1e-6) }
        }
    }

    @Test
    fun confidencesEqualPythons() {
        val confidence = Confidence(CALIBRATION)
        for (case in Fixtures.lines("trust/confidences.jsonl")) {
            val sureness = Confidence.sureness(case["score"].double, case["length"].int, case["length_penalty"].double)
            assertEquals(case["confidence"].double, confidence.of(sureness, (case["faulty"] as JsonBoolean).value), 1e-9)
        }
    }

    @Test
    fun aLostDigitIsRankedBehindAndNamed() {
        val texts = listOf("Ça coûte 87 ou 88 euros.", "Ça coûte 878 euros.", "Ça coûte 878 euros.")
        val found = texts.indices.map { Scored(intArrayOf(it), -0.1f * (it + 1)) }
        fun ask(task: Task, options: DecodingOptions) = AnswerRules(task, null).answers("It costs 878 euros.", options, found) { texts[it[0]] }
        val best = ask(Task.TRANSLATION, DecodingOptions()).single()
        assertEquals("Ça coûte 878 euros.", best.text)
        assertEquals(listOf(1), best.ids)
        assertTrue(best.missing.isEmpty())
        assertNull(best.confidence)
        val both = ask(Task.TRANSLATION, DecodingOptions(nBest = 3))
        assertEquals(listOf(emptyList(), listOf("878")), both.map { it.missing })
        assertEquals(texts.take(1), ask(Task.TRANSLATION, DecodingOptions(copyCheck = false)).map { it.text })
        assertEquals(listOf("Ça coûte 878 euros."), ask(Task.SUMMARIZATION, DecodingOptions()).map { it.text })
        assertEquals(texts.take(1), ask(Task.LANGUAGE_MODEL, DecodingOptions()).map { it.text })
    }

    @Test
    fun aNumberThatWasCopiedWronglyIsMended() {
        fun mended(source: String, answer: String) = CopyCheck.mended(CopyCheck.items(source), answer)
        assertEquals("Ça coûte 878 euros.", mended("It costs 878 euros.", "Ça coûte 87 euros."))
        assertEquals("Ça coûte 12 345 euros.", mended("It costs 12,345 euros.", "Ça coûte 12 354 euros."))
        assertEquals("Voir https://a.org/b.", mended("See https://a.org/b.", "Voir https://a.org/c."))
        assertEquals("Ça coûte 87 ou 88 euros.", mended("It costs 878 euros.", "Ça coûte 87 ou 88 euros."))
    }

    @Test
    fun partsAreJoined() {
        val parts = listOf(
            Hypothesis("a 1", listOf(4, 5), -1f, missing = listOf("2"), confidence = 0.9),
            Hypothesis("b", listOf(6), -0.5f, added = listOf("3"), confidence = 0.4, mended = listOf("4")),
            Hypothesis("", emptyList(), 0f),
        )
        val joined = Hypothesis.joined("a 1 b", parts)
        assertEquals(listOf(4, 5, 6), joined.ids)
        assertEquals(-1.5f, joined.score)
        assertEquals(listOf("2") to listOf("3"), joined.missing to joined.added)
        assertEquals(listOf("4"), joined.mended)
        assertEquals(0.4, joined.confidence!!, 0.0)
    }

    private companion object {
        val CALIBRATION = Calibration(-1.5, 2.7, 4.6)
    }
}
