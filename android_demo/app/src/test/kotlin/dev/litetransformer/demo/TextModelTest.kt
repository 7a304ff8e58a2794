package dev.litetransformer.demo

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.decoding.Cancellation
import dev.litetransformer.decoding.SamplingOptions
import dev.litetransformer.decoding.Summarizer
import dev.litetransformer.decoding.TextCompleter
import dev.litetransformer.decoding.Translator
import dev.litetransformer.demo.model.AndroidTensorModel
import dev.litetransformer.demo.model.Answer
import dev.litetransformer.demo.model.Request
import dev.litetransformer.demo.model.Search
import dev.litetransformer.demo.model.TextModel
import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.parseJson
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Every task gives what core gives, on the bundles that tools/decoding_fixtures.py makes. */
class TextModelTest {
    private val bundles: List<File> = File(checkNotNull(System.getProperty("fixtures")), "decoding").listFiles { file -> File(file, "bundle").isDirectory }.orEmpty().sorted()

    @Test
    fun answersAsCoreDoes() {
        val tasks = bundles.map { directory ->
            val text = texts(directory).first()
            for (search in Search.entries) {
                val request = Request(text, search, seed = 3)
                val partial = ArrayList<String>()
                val answer = TextModel.open(bundle(directory), AndroidTensorModel, threads = 1).use { it.answer(request, Cancellation(), partial::add) }
                val expected = expected(directory, request)
                assertEquals("${directory.name} $search", expected.text, answer.text)
                assertEquals("${directory.name} $search", expected.tokens, answer.tokens)
                assertEquals(answer.text, partial.lastOrNull() ?: answer.text)
            }
            bundle(directory).use { it.manifest.task }
        }
        assertTrue("Run tools/decoding_fixtures.py first. Received: bundles of $tasks", tasks.toSet() == Task.entries.toSet())
    }

    private fun expected(directory: File, request: Request): Answer = bundle(directory).let { bundle ->
        val isGreedy = request.search == Search.GREEDY
        when (bundle.manifest.task) {
            Task.TRANSLATION -> Translator(bundle, AndroidTensorModel, closesBundle = true).use { model ->
                val options = model.defaultOptions.run { if (isGreedy) copy(beamSize = 1, nBest = 1) else this }
                model.translate(request.text, options).first().run { Answer(text, ids.size) }
            }
            Task.SUMMARIZATION -> Summarizer(bundle, AndroidTensorModel, closesBundle = true).use { model ->
                val options = model.defaultOptions.run { if (isGreedy) copy(beamSize = 1, nBest = 1) else this }
                model.summarize(request.text, options).run { Answer(text, hypotheses.first().ids.size, cutTokens) }
            }
            Task.LANGUAGE_MODEL -> TextCompleter(bundle, AndroidTensorModel, closesBundle = true).use { model ->
                val options = if (isGreedy) SamplingOptions(temperature = 0.0) else SamplingOptions(temperature = 0.8, topP = 0.95, seed = request.seed)
                model.complete(request.text, options).run { Answer(request.text + text, ids.size) }
            }
        }
    }

    private fun bundle(directory: File): Bundle = Bundle.open(File(directory, "bundle"))

    private fun texts(directory: File): List<String> {
        val answers = parseJson(File(directory, "answers.json").readText()) as JsonObject
        return (answers["texts"] as JsonArray).items.map { (it as JsonString).value }
    }
}
