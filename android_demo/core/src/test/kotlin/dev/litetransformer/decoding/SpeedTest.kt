package dev.litetransformer.decoding

import org.junit.Assert.assertTrue
import org.junit.Test

/** Prints where the time of a text goes: to the interpreter or to Kotlin. After so few passes much of Kotlin is not compiled yet; tools/speed.py makes more. */
class SpeedTest {
    @Test
    fun translationIsMostlyTheInterpreters() = DecodingFixture.all("translation").forEach { fixture ->
        val models = TimedModels()
        val texts = fixture.texts.filter { it.isNotBlank() }
        fixture.translator(models).use { translator ->
            for ((name, beamSize) in listOf("greedy" to 1, "beam 4" to 4)) {
                measure("${fixture.name}, $name", models, texts) { translator.translateSentence(it, DecodingOptions(beamSize)).first().ids.size }
            }
        }
    }

    @Test
    fun completionIsMostlyTheInterpreters() = DecodingFixture.all("language-model").forEach { fixture ->
        val models = TimedModels()
        fixture.completer(models).use { completer ->
            for ((name, options) in SAMPLINGS) {
                measure("${fixture.name}, $name", models, fixture.texts) { completer.complete(it, options.copy(minTokens = 30, maxTokens = 30)).ids.size }
            }
        }
    }

    private fun measure(name: String, models: TimedModels, texts: List<String>, call: (String) -> Int) {
        var tokens = 0
        val pass = { tokens = texts.sumOf(call) }
        repeat(WARM_UPS) { pass() }
        val best = List(ROUNDS) { models.measure(pass) }.minBy { it.whole }
        val share = 1 - best.interpreter.toDouble() / best.whole
        val figures = arrayOf(best.whole / 1e6 / texts.size, tokens.toDouble() / texts.size, best.interpreter / 1e6 / texts.size, 100 * share)
        println("$name: %.2f ms a text of %.1f tokens, %.2f of them in the interpreter; Kotlin %.1f %%".format(*figures))
        assertTrue("$name: Kotlin takes $share", share < LARGEST_SHARE)
    }

    private companion object {
        const val WARM_UPS = 10
        const val ROUNDS = 4
        const val LARGEST_SHARE = 0.9
        val SAMPLINGS = mapOf(
            "greedy" to SamplingOptions(temperature = 0.0),
            "top-k 40" to SamplingOptions(topK = 40),
            "nucleus 0.9" to SamplingOptions(topP = 0.9),
            "plain" to SamplingOptions(),
        )
    }
}
