package dev.litetransformer.decoding

import dev.litetransformer.get
import dev.litetransformer.ids
import dev.litetransformer.items
import dev.litetransformer.text
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Sampling with a seed gives Python's tokens, and the text in Python's pieces. */
class CompletionParityTest {
    @Test
    fun completionsEqualPythons() = DecodingFixture.all("language-model").forEach { fixture ->
        fixture.completer().use { completer -> compare(fixture, completer) }
    }

    /** A difference is forgiven where Python says that a rounding error of the log-probabilities decides. */
    private fun compare(fixture: DecodingFixture, completer: TextCompleter) {
        val counts = ArrayList<String>()
        val forgiven = ArrayList<String>()
        val different = ArrayList<String>()
        for (case in fixture.cases) {
            val options = samplingOptions(case["options"])
            val name = case["name"].text
            val answers = case["answers"].items
            var equal = 0
            answers.forEachIndexed { index, expected ->
                val pieces = ArrayList<String>()
                val found = completer.complete(fixture.texts[index], options, case["sample"].int) { pieces += it }
                val ids = expected["ids"].ids.asList()
                assertEquals(found.text, pieces.joinToString(""))
                if (found.ids == ids) {
                    equal++
                    assertEquals(expected["pieces"].items.map { it.text }, pieces)
                } else {
                    val step = firstDifference(ids, found.ids)
                    val list = if (step in expected["unsure"].ids) forgiven else different
                    list += "$name, prompt $index from token $step on: ${found.ids} for $ids"
                }
            }
            counts += "$name $equal/${answers.size}"
        }
        println("${fixture.name} as Python's: ${counts.joinToString()}; ${forgiven.size} others within rounding errors")
        forgiven.forEach(::println)
        assertTrue("${fixture.name}: ${different.joinToString("\n")}", different.isEmpty())
    }

    private fun firstDifference(expected: List<Int>, found: List<Int>): Int =
        expected.zip(found).indexOfFirst { (a, b) -> a != b }.let { if (it < 0) minOf(expected.size, found.size) else it }
}
