package dev.litetransformer.decoding

import dev.litetransformer.paragraphs.SentenceSplitter
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Time that passes by itself: [milliseconds] at each look. */
class Clock(private val milliseconds: Long) {
    private var now = 0L

    fun read(): Long {
        now += milliseconds * 1_000_000
        return now
    }
}

/** What is handed over of a text while it is written, and how often. */
class PartialListenerTest {
    /** Puts together what it is told, and counts. */
    private class Counting : PartialListener {
        val finished = StringBuilder()
        val shown = ArrayList<String>()
        var characters = 0

        override fun onPartial(finished: String, tail: String) {
            this.finished.append(finished)
            characters += finished.length + tail.length
            shown += this.finished.toString() + tail
        }
    }

    private val fixture = DecodingFixture.first("translation")
    private val greedy = DecodingOptions(beamSize = 1)
    private val sentences = fixture.texts.filter { text -> text.isNotBlank() && SentenceSplitter("en").split(text).size == 1 }.take(3)

    @Test
    fun aLongTextIsHandedOverOnceAtMostTenTimesASecond() {
        val text = List(300) { sentences[it % 3] }.joinToString("\n")
        val listener = Counting()
        fixture.translator(nanoTime = Clock(milliseconds = 2)::read).use { translator ->
            val found = translator.translate(text, listener, greedy).single()
            assertEquals(found.text, listener.finished.toString())
            assertEquals(found.text, listener.shown.last())
            val tails = listener.characters - found.text.length
            println("${found.text.length} characters, ${found.ids.size} tokens: ${listener.shown.size} calls with ${listener.characters} characters")
            // Two milliseconds a token, so a call is due after 50 of them; the first and the last one come besides.
            assertTrue("${listener.shown.size}", listener.shown.size in found.ids.size / 60..found.ids.size / 50 + 2)
            val longest = found.text.lines().maxOf { it.length }
            assertTrue("$tails", tails <= (listener.shown.size + 1) * 2 * longest)

            var whole = 0
            var last = ""
            translator.translate(text, greedy) { partial ->
                whole++
                last = partial
            }
            assertEquals(listener.shown.size, whole)
            assertEquals(found.text, last)
        }
    }

    @Test
    fun whatIsFinishedStaysAndOneSentenceIsInTheTail() {
        val text = " <p>${sentences[0]}</p>\n\n${sentences[1]} {x}\nhttps://example.com/a\n${sentences[2]}"
        for (options in listOf(greedy, DecodingOptions(beamSize = 4, nBest = 3))) {
            val listener = Counting()
            val partial = ArrayList<String>()
            fixture.translator(nanoTime = Clock(milliseconds = 100)::read).use { translator ->
                val found = translator.translate(text, listener, options)
                assertEquals(found.first().text, listener.finished.toString())
                assertEquals(found.map { it.text }, translator.translate(text, options) { partial += it }.map { it.text })
            }
            assertEquals(listener.shown, partial)
        }
    }

    @Test
    fun theFirstTokenComesAtOnceAndTheEndAlways() {
        fixture.translator(nanoTime = { 7L }).use { translator ->
            val partial = ArrayList<String>()
            val found = translator.translate(sentences.joinToString(" "), greedy) { partial += it }.single()
            assertEquals(2, partial.size)
            assertTrue(partial[0], partial[0].length < found.text.length && found.text.startsWith(partial[0]))
            assertEquals(found.text, partial[1])
            val single = ArrayList<String>()
            assertEquals(translator.translateSentence(sentences[0], greedy) { single += it }.single().text, single.last())
            assertEquals(2, single.size)
        }
        val summaries = DecodingFixture.first("summarization")
        val document = summaries.texts.first { it.isNotBlank() }
        summaries.summarizer(nanoTime = { 7L }).use { summarizer ->
            val partial = ArrayList<String>()
            assertEquals(summarizer.summarize(document) { partial += it }.text, partial.last())
            assertEquals(2, partial.size)
        }
    }
}
