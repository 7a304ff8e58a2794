package dev.litetransformer.decoding

import dev.litetransformer.paragraphs.SentenceSplitter
import dev.litetransformer.runtime.BytedecoTensorModel
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

/** A translator beside the app that uses it: long texts, partial results, cancelling, closing, errors. */
class TranslatorTest {
    private val fixture = DecodingFixture.first("translation")

    /** A tenth of a second passes between two tokens, so that every partial result is due. */
    private val translator = fixture.translator(nanoTime = Clock(milliseconds = 100)::read)
    private val greedy = DecodingOptions(beamSize = 1)
    private val sentences = fixture.texts.filter { text -> text.isNotBlank() && SentenceSplitter("en").split(text).size == 1 }.take(5)

    @After
    fun close() = translator.close()

    private fun translation(sentence: String, options: DecodingOptions = greedy) = translator.translateSentence(sentence, options).first()

    @Test
    fun aLongTextIsTranslatedSentenceBySentenceAndItsLinesStay() {
        val text = "  ${sentences[0]}\n\n${sentences[1]}\r\n${sentences[2]}\n".repeat(60)
        val found = translator.translate(text, greedy).single()
        val (first, second, third) = sentences.take(3).map { translation(it) }
        val expected = "${first.text}\n\n${second.text}\r\n${third.text}"
        assertEquals(List(60) { expected }.joinToString("\n  "), found.text)
        assertEquals(List(60) { first.ids + second.ids + third.ids }.flatten(), found.ids)
        assertEquals(60 * (first.score + second.score + third.score), found.score, 1e-2f)
    }

    @Test
    fun theBestCombinationsOfHypothesesAreReturned() {
        val options = DecodingOptions(beamSize = 4, nBest = 3)
        val (first, second) = sentences.take(2).map { translator.translateSentence(it, options) }
        val found = translator.translate("${sentences[0]}\n${sentences[1]}", options)
        val order = compareBy<Pair<Hypothesis, Hypothesis>> { (one, other) -> one.faults + other.faults }
            .thenByDescending { (one, other) -> one.score.toDouble() + other.score }
        val all = first.flatMap { one -> second.map { one to it } }.sortedWith(order).take(3)
        assertEquals(all.map { (one, other) -> "${one.text}\n${other.text}" }, found.map { it.text })
        assertEquals(all.map { (one, other) -> one.ids + other.ids }, found.map { it.ids })
    }

    @Test
    fun spansOfASentenceReturn() {
        val sentence = sentences[0]
        val expected = translation(sentence).text
        assertEquals("<b>$expected</b>", translator.translate("<b>$sentence</b>", greedy).single().text)
        assertEquals("https://example.com/a\n$expected", translator.translate("https://example.com/a\n$sentence", greedy).single().text)
        val partial = ArrayList<String>()
        val found = translator.translate("<p>$sentence</p> {x}", greedy) { partial += it }.single()
        assertEquals("<p>$expected</p> {x}", found.text)
        assertEquals(found.text, partial.last())
        assertEquals(translation(sentence).ids, found.ids)
    }

    @Test
    fun anEmptyTextHasAnEmptyTranslation() {
        for (text in listOf("", "   ")) {
            val partial = ArrayList<String>()
            assertEquals("", translator.translateSentence(text, greedy) { partial += it }.single().text)
            assertEquals(listOf(""), partial)
            assertEquals("", translator.translate("$text\n$text", greedy).single().text)
        }
    }

    @Test
    fun partialResultsGrowIntoTheResult() {
        val text = "${sentences[0]}\n${sentences[1]}"
        val partial = ArrayList<String>()
        val found = translator.translate(text, greedy) { partial += it }.single()
        assertEquals(found.text, partial.last())
        partial.zipWithNext().forEach { (before, after) -> assertTrue("$before | $after", after.startsWith(before)) }
        assertTrue(partial.size >= found.ids.size)

        val beam = ArrayList<String>()
        assertEquals(translator.translate(text, DecodingOptions(beamSize = 4)) { beam += it }.single().text, beam.last())
    }

    @Test
    fun cancellingStopsBetweenTwoTokensAndLeavesTheTranslatorUsable() {
        for (options in listOf(greedy, DecodingOptions(beamSize = 4))) {
            val expected = translation(sentences[0], options).ids
            val cancellation = Cancellation()
            var calls = 0
            assertThrows(DecodingException.Cancelled::class.java) {
                translator.translateSentence(sentences[1], options, cancellation) { if (++calls == 2) cancellation.cancel() }
            }
            assertEquals(2, calls)
            assertEquals(expected, translation(sentences[0], options).ids)
            assertThrows(DecodingException.Cancelled::class.java) { translator.translate(sentences[0], options, cancellation) }
        }
    }

    @Test
    fun theCallersOwnExceptionPassesThrough() {
        assertThrows(IllegalStateException::class.java) { translator.translate(sentences[0], greedy) { error("mine") } }
        assertEquals(translation(sentences[1]).ids, translation(sentences[1]).ids)
    }

    @Test
    fun aCallDuringAnotherOneIsRefused() {
        val inside = CountDownLatch(1)
        val refused = CountDownLatch(1)
        val failure = AtomicReference<Throwable>()
        val other = thread {
            inside.await()
            runCatching { translator.translate(sentences[0], greedy) }.onFailure(failure::set)
            refused.countDown()
        }
        translator.translate(sentences[0], greedy) {
            inside.countDown()
            refused.await()
        }
        other.join()
        assertTrue("${failure.get()}", failure.get() is DecodingException.Busy)
        assertTrue(failure.get().message!!.contains("one call at a time"))
    }

    @Test
    fun closingDuringACallCancelsItAndRefusesLaterOnes() {
        assertThrows(DecodingException.Cancelled::class.java) { translator.translate(sentences[0], greedy) { translator.close() } }
        assertThrows(DecodingException.Closed::class.java) { translator.translate(sentences[0], greedy) }
        translator.close()
    }

    @Test
    fun theBundleIsClosedByItsOwner() {
        val bundle = fixture.bundle()
        Translator(bundle, BytedecoTensorModel).close()
        assertTrue(bundle.graph.isDirect)
        Translator(bundle, BytedecoTensorModel, closesBundle = true).close()
        assertThrows(IllegalStateException::class.java) { bundle.graph }
    }

    @Test
    fun aSentenceThatIsTooLongIsCutAndASequenceRefusedBeforeAnyWork() {
        val long = "word ".repeat(500).trim()
        val found = translator.translate("${sentences[0]}\n$long", greedy).single()
        assertEquals(listOf(long), found.tooLong)
        assertEquals(emptyList<String>(), translator.translate(sentences[0], greedy).single().tooLong)
        assertTrue(found.text, found.text.startsWith("${translation(sentences[0]).text}\n"))
        assertTrue("${found.ids.size}", found.ids.size > translation(sentences[0]).ids.size)
        var calls = 0
        val error = assertThrows(DecodingException.TextTooLong::class.java) { translator.translateSentence(long, greedy) { calls++ } }
        val maximum = fixture.bundle().use { it.manifest.maxSourceTokens }
        assertEquals(maximum, error.maximum)
        assertTrue(error.tokens > 500)
        assertEquals(long, error.text)
        val rule = "A text may have at most $maximum tokens for this file, the final end-of-sentence token included."
        assertEquals("$rule Received: ${error.tokens} tokens", error.message)
        assertEquals(0, calls)
    }

    @Test
    fun whatTheFileCannotDoIsRefused() {
        assertThrows(IllegalArgumentException::class.java) { translator.translate(sentences[0], DecodingOptions(minLength = 5000, maxLength = 5000)) }
        assertThrows(IllegalArgumentException::class.java) { Summarizer(fixture.bundle(), BytedecoTensorModel) }
        assertThrows(IllegalArgumentException::class.java) { TextCompleter(fixture.bundle(), BytedecoTensorModel) }
        assertThrows(IllegalArgumentException::class.java) { Translator(fixture.bundle(), BytedecoTensorModel, threads = 0) }
        assertThrows(IllegalArgumentException::class.java) { DecodingOptions(beamSize = 0) }
        assertThrows(IllegalArgumentException::class.java) { DecodingOptions(nBest = 5) }
        assertThrows(IllegalArgumentException::class.java) { DecodingOptions(minLength = 4, maxLength = 3) }
        assertThrows(IllegalArgumentException::class.java) { DecodingOptions(lengthPenalty = Double.NaN) }
    }
}
