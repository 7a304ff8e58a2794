package dev.litetransformer.decoding

import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelFactory
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import org.junit.Assert.assertTrue
import org.junit.Test

/**
 * Prints where the time of a text goes: to the interpreter, copies into and out of it included, or to Kotlin.
 *
 * It is the processor time of the calling thread, on which everything runs, so other work on the machine does not count.
 */
class SpeedTest {
    @Test
    fun translationIsMostlyTheInterpreters() = DecodingFixture.all("translation").forEach { fixture ->
        val clock = Clock()
        val texts = fixture.texts.filter { it.isNotBlank() }
        Translator(fixture.bundle(), clock, closesBundle = true).use { translator ->
            for ((name, beamSize) in listOf("greedy" to 1, "beam 4" to 4)) {
                measure("${fixture.name}, $name", clock, texts) { translator.translateSentence(it, DecodingOptions(beamSize)).first().ids.size }
            }
        }
    }

    @Test
    fun completionIsMostlyTheInterpreters() = DecodingFixture.all("language-model").forEach { fixture ->
        val clock = Clock()
        TextCompleter(fixture.bundle(), clock, closesBundle = true).use { completer ->
            for ((name, options) in SAMPLINGS) {
                measure("${fixture.name}, $name", clock, fixture.texts) { completer.complete(it, options.copy(minTokens = 30, maxTokens = 30)).ids.size }
            }
        }
    }

    private fun measure(name: String, clock: Clock, texts: List<String>, call: (String) -> Int) {
        repeat(WARM_UPS) { texts.forEach { call(it) } }
        var bestWhole = Long.MAX_VALUE
        var bestModel = 0L
        var tokens = 0
        repeat(ROUNDS) {
            clock.nanoseconds = 0
            val began = now()
            tokens = texts.sumOf { call(it) }
            val whole = now() - began
            if (whole < bestWhole) {
                bestWhole = whole
                bestModel = clock.nanoseconds
            }
        }
        val share = 1 - bestModel.toDouble() / bestWhole
        val figures = arrayOf(bestWhole / 1e6 / texts.size, tokens.toDouble() / texts.size, bestModel / 1e6 / texts.size, 100 * share)
        println("$name: %.2f ms a text of %.1f tokens, %.2f of them in the interpreter; Kotlin %.1f %%".format(*figures))
        assertTrue("$name: Kotlin takes $share", share < LARGEST_SHARE)
    }

    /** Opens models whose runs it times. */
    private class Clock : TensorModelFactory {
        var nanoseconds = 0L

        override fun open(graph: ByteBuffer, threads: Int): TensorModel {
            val model = BytedecoTensorModel.open(graph, threads)
            return object : TensorModel by model {
                override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
                    val began = now()
                    model.run(signature, inputs, outputs)
                    nanoseconds += now() - began
                }
            }
        }
    }

    private companion object {
        fun now(): Long = ManagementFactory.getThreadMXBean().currentThreadCpuTime

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
