package dev.litetransformer.decoding

import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelFactory
import java.nio.ByteBuffer
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** After a warm-up no signature is run for the first time, and the answers are those of a cold model. */
class WarmUpTest {
    /** Remembers which signatures were run. */
    private class Recording : TensorModelFactory {
        val signatures = LinkedHashSet<String>()

        override fun open(graph: ByteBuffer, threads: Int): TensorModel {
            val model = BytedecoTensorModel.open(graph, threads)
            return object : TensorModel by model {
                override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
                    signatures += signature
                    model.run(signature, inputs, outputs)
                }
            }
        }
    }

    @Test
    fun translations() {
        val fixture = DecodingFixture.first("translation")
        // No answer outgrows the bucket of its source, whatever a barely trained model says.
        for (options in listOf(DecodingOptions(beamSize = 1, maxLength = 12), DecodingOptions(beamSize = 4, nBest = 2, maxLength = 12))) {
            val cold = fixture.translator().use { it.translate(SHORT, options) }
            val recording = Recording()
            fixture.translator(recording).use { translator ->
                translator.warmUp(options = options)
                val warm = recording.signatures.toSet()
                assertEquals("$warm", 2, warm.size)
                val found = translator.translate(SHORT, options)
                assertEquals(warm, recording.signatures)
                assertEquals(cold.map { it.ids to it.score }, found.map { it.ids to it.score })
            }
        }
    }

    @Test
    fun anExampleDecidesTheBucket() {
        val fixture = DecodingFixture.first("translation")
        val recording = Recording()
        fixture.translator(recording).use { it.warmUp("word ".repeat(30), DecodingOptions(beamSize = 1)) }
        val buckets = fixture.bundle().use { it.manifest.buckets }
        assertTrue("${recording.signatures}", recording.signatures.none { it.endsWith("_${buckets.first()}") })
    }

    @Test
    fun summaries() {
        val fixture = DecodingFixture.first("summarization")
        val cold = fixture.summarizer().use { it.summarize(SHORT).text }
        val recording = Recording()
        fixture.summarizer(recording).use { summarizer ->
            summarizer.warmUp()
            val warm = recording.signatures.toSet()
            assertEquals(cold, summarizer.summarize(SHORT).text)
            assertTrue("$warm, then ${recording.signatures}", recording.signatures.first() in warm && warm.size == 2)
        }
    }

    @Test
    fun completions() {
        val fixture = DecodingFixture.first("language-model")
        val options = SamplingOptions(maxTokens = 8, seed = 3)
        val cold = fixture.completer().use { it.complete(SHORT, options).ids }
        val recording = Recording()
        fixture.completer(recording).use { completer ->
            completer.warmUp()
            val warm = recording.signatures.toSet()
            assertEquals(2, warm.size)
            assertEquals(cold, completer.complete(SHORT, options).ids)
            assertEquals(warm, recording.signatures)
        }
    }

    private companion object {
        const val SHORT = "Go home."
    }
}
