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
        var compared = 0
        var forgiven = 0
        val different = ArrayList<String>()
        for (case in fixture.cases) {
            val options = samplingOptions(case["options"])
            case["answers"].items.forEachIndexed { index, expected ->
                val pieces = ArrayList<String>()
                val found = completer.complete(fixture.texts[index], options, case["sample"].int) { pieces += it }
                compared++
                assertEquals(found.text, pieces.joinToString(""))
                if (found.ids == expected["ids"].ids.asList()) {
                    assertEquals(expected["pieces"].items.map { it.text }, pieces)
                } else if (firstDifference(expected["ids"].ids.asList(), found.ids) in expected["unsure"].ids) {
                    forgiven++
                } else {
                    different += "${case["name"].text}, prompt $index: ${found.ids} for ${expected["ids"].ids.asList()}"
                }
            }
        }
        println("${fixture.name}: ${compared - forgiven - different.size} of $compared completions as Python's, $forgiven others within rounding errors")
        assertTrue("${fixture.name}: ${different.joinToString("\n")}", different.isEmpty())
    }

    private fun firstDifference(expected: List<Int>, found: List<Int>): Int =
        expected.zip(found).indexOfFirst { (a, b) -> a != b }.let { if (it < 0) minOf(expected.size, found.size) else it }
}
