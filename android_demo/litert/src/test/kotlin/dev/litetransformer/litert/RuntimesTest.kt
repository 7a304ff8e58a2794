package dev.litetransformer.litert

import com.google.ai.edge.litert.CompiledModel
import com.google.ai.edge.litert.JniHandle
import dev.litetransformer.bundle.Bundle
import dev.litetransformer.decoding.DecodingOptions
import dev.litetransformer.decoding.SamplingOptions
import dev.litetransformer.decoding.TextCompleter
import dev.litetransformer.decoding.Translator
import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelException
import dev.litetransformer.runtime.TensorModelFactory
import dev.litetransformer.runtime.directBuffer
import java.io.File
import java.nio.ByteBuffer
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.tensorflow.lite.Interpreter

/** Both runtimes give the answers of the one that core's tests run on. */
class RuntimesTest {
    private val runtimes: List<(Bundle) -> TensorModelFactory> = listOf({ _ -> InterpreterTensorModel }, { bundle -> LiteRtTensorModel.factory(bundle) })

    private fun bundle(task: String): Bundle {
        val fixtures = File(checkNotNull(System.getProperty("fixtures")) { "The system property 'fixtures' must name a directory" }, "decoding")
        val found = fixtures.listFiles().orEmpty().filter { it.name.startsWith("$task-") && File(it, "bundle").isDirectory }.minByOrNull { it.name }
        return Bundle.open(File(checkNotNull(found) { "Run tools/decoding_fixtures.py. Received: no fixture for $task in '$fixtures'" }, "bundle"))
    }

    @Test
    fun translationsAreTheSame() {
        for (options in listOf(DecodingOptions(beamSize = 1, minLength = 12), DecodingOptions(beamSize = 6, nBest = 2))) {
            val expected = translation(bundle("translation"), BytedecoTensorModel, options)
            for (runtime in runtimes) assertEquals(expected, bundle("translation").let { translation(it, runtime(it), options) })
        }
    }

    private fun translation(bundle: Bundle, runtime: TensorModelFactory, options: DecodingOptions) =
        Translator(bundle, runtime, closesBundle = true).use { translator ->
            TEXTS.map { text -> translator.translate(text, options).map { it.ids to it.score } }
        }

    @Test
    fun completionsAreTheSame() {
        val expected = completion(bundle("language-model"), BytedecoTensorModel)
        for (runtime in runtimes) assertEquals(expected, bundle("language-model").let { completion(it, runtime(it)) })
    }

    private fun completion(bundle: Bundle, runtime: TensorModelFactory) = TextCompleter(bundle, runtime, closesBundle = true).use { completer ->
        TEXTS.map { completer.complete(it, SamplingOptions(minTokens = 20, maxTokens = 20, seed = 2)).ids }
    }

    @Test
    fun theInterpretersOutputsNeedOneHandleEach() {
        bundle("translation").use { bundle ->
            var counted: Interpreter? = null
            var tokens = 0
            val counting = TensorModelFactory { graph, threads ->
                val model = InterpreterTensorModel.open(graph, threads)
                counted = interpreterOf(model)
                object : TensorModel by model {
                    override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
                        if ("_step_" in signature) tokens++
                        model.run(signature, inputs, outputs)
                    }
                }
            }
            Translator(bundle, counting).use { translator ->
                val options = DecodingOptions(beamSize = 1, minLength = 12, maxLength = 12)
                translator.translate(TEXTS[0], options)
                val before = checkNotNull(counted).leakedHandles
                tokens = 0
                translator.translate(TEXTS[0], options)
                val made = counted.leakedHandles - before
                val signature = bundle.manifest.signatures.entries.first { it.key.startsWith("decode_step") }.value
                val changing = 2 + bundle.manifest.caches.size
                println("$made handles for $tokens tokens; ${tokens * (2 * changing + signature.outputs.size - 1)} with outputs")
                // Two for each input that changes; besides, those of the encoder and of what stays the same in a sentence.
                assertTrue("$made for $tokens", made <= 2 * changing * tokens + 2 * (signature.inputs.size + 2))
            }
        }
    }

    private fun interpreterOf(model: TensorModel): Interpreter =
        model.javaClass.declaredFields.first { it.type == Interpreter::class.java }.apply { isAccessible = true }.get(model) as Interpreter

    @Test
    fun everyHandleOfLiteRtIsClosed() {
        val before = JniHandle.open
        val cache = File.createTempFile("weights", ".cache")
        bundle("translation").use { bundle ->
            Translator(bundle, LiteRtTensorModel.factory(bundle, cache), threads = 2).use { translator ->
                translator.translate(TEXTS[0])
                assertTrue("${JniHandle.open}", JniHandle.open > before)
            }
            assertEquals(before, JniHandle.open)
            val options = checkNotNull(CompiledModel.lastOptions?.cpuOptions)
            assertEquals(2, options.numThreads)
            assertEquals(cache.path, options.xnnPackWeightCachePath)
            LiteRtTensorModel.factory(bundle).open(bundle.graph, 1).use { model ->
                assertThrows(TensorModelException::class.java) { model.run("sing", emptyMap(), emptyMap()) }
                val (name, signature) = bundle.manifest.signatures.entries.first()
                val wrong = mapOf(signature.inputs[0].name to directBuffer(signature.inputs[0].byteSize + 4))
                val error = assertThrows(TensorModelException::class.java) { model.run(name, wrong, emptyMap()) }
                assertTrue("${error.message}", "bytes of the tensor. Received: ${signature.inputs[0].byteSize + 4}" in error.message.orEmpty())
                assertThrows(TensorModelException::class.java) { model.run(name, mapOf("none" to directBuffer(4)), emptyMap()) }
            }
            assertEquals(before, JniHandle.open)
        }
        cache.delete()
    }

    @Test
    fun whatIsNoModelIsRefused() {
        val error = assertThrows(TensorModelException::class.java) { InterpreterTensorModel.open(ByteBuffer.allocateDirect(64), threads = 1) }
        assertTrue("${error.message}", error.message.orEmpty().startsWith("The runtime must be able to load the model. Received: "))
        val before = JniHandle.open
        val folder = kotlin.io.path.createTempDirectory().toFile()
        bundle("translation").use { it.directory.copyRecursively(folder, overwrite = true) }
        Bundle.open(folder).use { bundle ->
            File(folder, "model.tflite").writeBytes(ByteArray(64))
            val refused = assertThrows(TensorModelException::class.java) { LiteRtTensorModel.factory(bundle).open(bundle.graph, 1) }
            assertTrue("${refused.message}", refused.message.orEmpty().startsWith("The runtime must be able to load the model. Received: "))
        }
        folder.deleteRecursively()
        assertEquals(before, JniHandle.open)
    }

    private companion object {
        val TEXTS = listOf("Where is the station?", "Two dogs play in the snow.", "I am here. You are there.")
    }
}
