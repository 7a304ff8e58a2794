package dev.litetransformer.decoding

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

class SummarizerTest {
    @Test
    fun ofALongDocumentTheBeginningIsReadAndTheRestCounted() {
        val fixture = DecodingFixture.first("summarization")
        val bundle = fixture.bundle()
        val limit = checkNotNull(bundle.manifest.settings.maxSourceTokens)
        val document = fixture.texts.maxBy { it.length }.let { "$it ".repeat(20) }
        val tokens = bundle.sourceVocabulary.encode(document).size
        fixture.summarizer().use { summarizer ->
            val partial = ArrayList<String>()
            val summary = summarizer.summarize(document) { partial += it }
            assertEquals(limit, summary.readTokens)
            assertEquals(tokens - limit, summary.cutTokens)
            assertEquals(summary.hypotheses.first().text, summary.text)
            assertEquals(summary.text, partial.last())

            val short = summarizer.summarize(fixture.texts.first { it.isNotEmpty() && bundle.sourceVocabulary.encode(it).size < limit })
            assertEquals(0, short.cutTokens)
            assertTrue(short.readTokens > 0)
            assertEquals("", summarizer.summarize("").text)
        }
        bundle.close()
    }
}
