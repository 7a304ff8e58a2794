package dev.litetransformer.coroutines

import dev.litetransformer.decoding.DecodingException
import dev.litetransformer.decoding.DecodingOptions
import dev.litetransformer.decoding.SamplingOptions
import dev.litetransformer.decoding.Summarizer
import dev.litetransformer.decoding.TextCompleter
import dev.litetransformer.decoding.Translator
import dev.litetransformer.runtime.BytedecoTensorModel
import java.util.concurrent.Executors
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

/** Suspending calls: the answers of the blocking ones, one after the other, cancelled like any coroutine. */
class SuspendingTest {
    private val long = DecodingOptions(beamSize = 1, minLength = 30, maxLength = 30)

    private fun translator(runtime: Hooked? = null) = Translator(Bundles.open("translation"), runtime ?: BytedecoTensorModel, closesBundle = true)

    @Test
    fun answersAreThoseOfBlockingCalls() {
        val expected = translator().use { it.translate(TEXT, long).map { found -> found.ids } }
        SuspendingTranslator(translator()).use { translator ->
            runBlocking {
                translator.warmUp()
                assertEquals(expected, translator.translate(TEXT, long).map { it.ids })
                val all = translator.translations(TEXT, long).toList()
                assertEquals(expected, all.last().result?.map { it.ids })
                assertTrue("$all", all.dropLast(1).none { it.isWhole })
                val several = List(3) { async { translator.translate(TEXT, long).map { it.ids } } }.awaitAll()
                assertEquals(List(3) { expected }, several)
            }
        }
    }

    @Test
    fun cancellingStopsAtTheNextTokenAndLeavesTheTranslatorUsable() = runBlocking {
        var job: Job? = null
        val runtime = Hooked { step -> if (step == 3) job?.cancel() }
        SuspendingTranslator(translator(runtime)).use { translator ->
            var seen: Throwable? = null
            job = launch {
                try {
                    translator.translate(TEXT, long)
                } catch (error: Throwable) {
                    seen = error
                    throw error
                }
            }
            job.join()
            assertTrue("$seen", seen is CancellationException)
            assertTrue("$job", job.isCancelled)
            assertEquals(3, runtime.steps)
            assertTrue(translator.translate(TEXT, long).single().ids.size >= 30)
        }
    }

    /** The caller's only thread is the one that translates: nobody else could notice the cancellation. */
    @Test
    fun cancellingWorksOnASingleThread() {
        val executor = Executors.newSingleThreadExecutor()
        val context = executor.asCoroutineDispatcher()
        runBlocking {
            var job: Job? = null
            val runtime = Hooked { step -> if (step == 3) job?.cancel() }
            SuspendingTranslator(translator(runtime), context).use { translator ->
                job = launch(context) { translator.translate(TEXT, long) }
                job.join()
                assertTrue("$job", job.isCancelled)
                assertEquals(3, runtime.steps)
            }
        }
        executor.shutdown()
    }

    @Test
    fun aFlowThatIsNoLongerCollectedStops() = runBlocking {
        val runtime = Hooked { Thread.sleep(1) }
        SuspendingTranslator(translator(runtime)).use { translator ->
            assertTrue(!translator.translations(TEXT, long).first().isWhole)
            assertTrue("${runtime.steps}", runtime.steps < 30)
        }
    }

    @Test
    fun closingInTheMiddleIsACancellationAndErrorsPassThrough() {
        var opened: SuspendingTranslator? = null
        val translator = SuspendingTranslator(translator(Hooked { step -> if (step == 3) opened?.close() }))
        opened = translator
        val error = assertThrows(CancellationException::class.java) { runBlocking { translator.translate(TEXT, long) } }
        assertTrue("${error.message}", "closed" in error.message.orEmpty())
        assertThrows(DecodingException.Closed::class.java) { runBlocking { translator.translate(TEXT) } }
    }

    @Test
    fun summariesAndCompletions() = runBlocking {
        val options = SamplingOptions(maxTokens = 12, minTokens = 12, seed = 4)
        TextCompleter(Bundles.open("language-model"), BytedecoTensorModel, closesBundle = true).let(::SuspendingCompleter).use { completer ->
            completer.warmUp()
            val completion = completer.complete("The", options)
            assertEquals(12, completion.ids.size)
            assertEquals(completion.text, completer.pieces("The", options).toList().joinToString(""))
            val error = runCatching { completer.complete("word ".repeat(1000)) }.exceptionOrNull()
            assertTrue("$error", error is DecodingException.TextTooLong)
        }
        Summarizer(Bundles.open("summarization"), BytedecoTensorModel, closesBundle = true).let(::SuspendingSummarizer).use { summarizer ->
            summarizer.warmUp()
            val summary = summarizer.summarize(TEXT)
            val all = summarizer.summaries(TEXT).toList()
            assertEquals(summary.text, all.last().text)
            assertEquals(summary.hypotheses.map { it.ids }, all.last().result?.hypotheses?.map { it.ids })
        }
    }

    private companion object {
        const val TEXT = "Where is the station?"
    }
}
