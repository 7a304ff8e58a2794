package dev.litetransformer.demo.model

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.decoding.Cancellation
import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.parseJson
import dev.litetransformer.litert.InterpreterTensorModel
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
                val answer = open(directory).use { model ->
                    model.warmUp(search)
                    model.answer(request, Cancellation(), partial::add)
                }
                val expected = Models.answer(bundle(directory), request)
                assertEquals("${directory.name} $search", expected.text, answer.text)
                assertEquals("${directory.name} $search", expected.tokens, answer.tokens)
                assertEquals(answer.text, partial.lastOrNull() ?: answer.text)
            }
            bundle(directory).use { it.manifest.task }
        }
        assertTrue("Run tools/decoding_fixtures.py first. Received: bundles of $tasks", tasks.toSet() == Task.entries.toSet())
    }

    @Test
    fun aTranslationNamesTheSentenceThatWasReadInParts() {
        val directory = bundles.first { folder -> bundle(folder).use { it.manifest.task == Task.TRANSLATION && it.manifest.settings.splitTexts } }
        val long = "Where is " + "the house and ".repeat(60) + "the station?"
        open(directory).use { model ->
            val answers = listOf("Go home. $long", "Go home.").map { model.answer(Request(it, Search.GREEDY, seed = 0), Cancellation()) {} }
            assertEquals(listOf(long, null), answers.map { it.longSentence })
        }
    }

    private fun open(directory: File): TextModel = TextModel.open(bundle(directory), InterpreterTensorModel, threads = 1)

    private fun bundle(directory: File): Bundle = Bundle.open(File(directory, "bundle"))

    private fun texts(directory: File): List<String> {
        val answers = parseJson(File(directory, "answers.json").readText()) as JsonObject
        return (answers["texts"] as JsonArray).items.map { (it as JsonString).value }
    }
}
