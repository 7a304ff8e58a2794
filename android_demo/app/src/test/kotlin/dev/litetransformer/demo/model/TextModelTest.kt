package dev.litetransformer.demo.model

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.decoding.Cancellation
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
                val expected = Models.answer(bundle(directory), request)
                assertEquals("${directory.name} $search", expected.text, answer.text)
                assertEquals("${directory.name} $search", expected.tokens, answer.tokens)
                assertEquals(answer.text, partial.lastOrNull() ?: answer.text)
            }
            bundle(directory).use { it.manifest.task }
        }
        assertTrue("Run tools/decoding_fixtures.py first. Received: bundles of $tasks", tasks.toSet() == Task.entries.toSet())
    }

    private fun bundle(directory: File): Bundle = Bundle.open(File(directory, "bundle"))

    private fun texts(directory: File): List<String> {
        val answers = parseJson(File(directory, "answers.json").readText()) as JsonObject
        return (answers["texts"] as JsonArray).items.map { (it as JsonString).value }
    }
}
