package dev.litetransformer.suggestions

import dev.litetransformer.Fixtures
import dev.litetransformer.bundle.Bundle
import dev.litetransformer.decoding.DecodingException
import dev.litetransformer.decoding.DecodingFixture
import dev.litetransformer.decoding.int
import dev.litetransformer.get
import dev.litetransformer.items
import dev.litetransformer.json.JsonBoolean
import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelFactory
import dev.litetransformer.text
import dev.litetransformer.text.TypedWords
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

class SuggesterTest {
    private val variants = listOf("float32", "int8")

    private fun bundle(variant: String) = Bundle.open(Fixtures.file("suggestions/$variant/bundle"))

    @Test
    fun suggestionsEqualPythons() = variants.forEach { variant ->
        Suggester(bundle(variant), BytedecoTensorModel, closesBundle = true).use { suggester ->
            val different = ArrayList<String>()
            var forgiven = 0
            for (case in Fixtures.lines("suggestions/$variant/keys.jsonl")) {
                val expected = case["words"].items.map { it.text }
                val found = suggester.suggest(case["text"].text, case["count"].int)
                if (found == expected) continue
                if ((case["unsure"] as JsonBoolean).value) forgiven++ else different += "'${case["text"].text}': $found for $expected"
            }
            println("suggestions of $variant: $forgiven within rounding errors")
            assertTrue(different.joinToString("\n"), different.isEmpty())
        }
    }

    @Test
    fun aKeyCostsAtMostOneRun() {
        val runs = Runs()
        Suggester(bundle("float32"), runs, closesBundle = true).use { suggester ->
            val text = "Where is it, Tom? I don't know the way to 5 hotels."
            for (end in 0..text.length) {
                val before = runs.count
                suggester.suggest(text.take(end))
                assertTrue(text.take(end), runs.count - before <= 1)
            }
            val before = runs.count
            for (end in text.length downTo text.length - 5) suggester.suggest(text.take(end))
            assertEquals(before, runs.count)
        }
    }

    @Test
    fun aPickReplacesTheWordThatHasBegun() {
        assertEquals("How are ", Suggester.accept("How a", "are"))
        assertEquals("The ", Suggester.accept("", "The"))
        assertEquals("a b ", Suggester.accept("a ", "b"))
    }

    @Test
    fun wrongUsesAreRefused() {
        val pieces = DecodingFixture.first("language-model").bundle()
        val kind = assertThrows(IllegalArgumentException::class.java) { Suggester(pieces, BytedecoTensorModel) }
        assertEquals("Suggestions need a language model with typed words. Received: one with SentencePieceVocabulary", kind.message)
        val translation = DecodingFixture.first("translation").bundle()
        assertThrows(IllegalArgumentException::class.java) { Suggester(translation, BytedecoTensorModel) }
        val suggester = Suggester(bundle("float32"), BytedecoTensorModel, closesBundle = true)
        assertThrows(IllegalArgumentException::class.java) { suggester.suggest("", 0) }
        suggester.close()
        assertThrows(DecodingException.Closed::class.java) { suggester.suggest("") }
    }

    @Test
    fun everySmallWordOfTheVocabularyIsSuggested() = Suggester(bundle("int8"), BytedecoTensorModel, closesBundle = true).use { suggester ->
        val words = (bundle("int8").sourceVocabulary as TypedWords).words.drop(4).filter { TypedWords.isWord(it) }
        assertEquals(words.toSet(), suggester.suggest("so ", 10_000).toSet())
    }

    /** Counts the runs of the models that it opens. */
    private class Runs : TensorModelFactory {
        var count = 0

        override fun open(graph: java.nio.ByteBuffer, threads: Int): TensorModel {
            val model = BytedecoTensorModel.open(graph, threads)
            return object : TensorModel by model {
                override fun run(signature: String, inputs: Map<String, java.nio.ByteBuffer>, outputs: Map<String, java.nio.ByteBuffer>) {
                    count++
                    model.run(signature, inputs, outputs)
                }
            }
        }
    }
}
