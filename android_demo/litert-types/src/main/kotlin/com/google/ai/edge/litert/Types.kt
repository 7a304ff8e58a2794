package com.google.ai.edge.litert

import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModelException
import dev.litetransformer.runtime.directBuffer
import java.io.File
import java.nio.ByteBuffer

// The names, parameters and kinds of exceptions are those of LiteRT 2.1.5's Kotlin API, as its public source has them; what they do is done here by
// Bytedeco's build of TensorFlow Lite. Only what dev.litetransformer.litert uses is there.

/** What computes. */
enum class Accelerator { NONE, CPU, GPU, NPU }

class LiteRtException(message: String) : Exception(message)

/** Counts what is open, so that tests see what a caller forgets to close. */
abstract class JniHandle internal constructor() : AutoCloseable {
    private var isClosed = false

    init {
        open++
    }

    protected fun assertNotDestroyed() = check(!isClosed) { "The handle has been destroyed." }

    protected open fun destroy() = Unit

    final override fun close() {
        if (isClosed) return
        isClosed = true
        open--
        destroy()
    }

    companion object {
        /** Handles that were made and not closed. */
        var open: Int = 0
            private set
    }
}

class Environment private constructor() : JniHandle() {
    companion object {
        fun create(): Environment = Environment()
    }
}

/** A buffer of a tensor; it takes and gives arrays, nothing else. */
class TensorBuffer internal constructor(internal val memory: ByteBuffer) : JniHandle() {
    fun writeInt(data: IntArray) = write(data.size) { it.asIntBuffer().put(data) }

    fun writeFloat(data: FloatArray) = write(data.size) { it.asFloatBuffer().put(data) }

    fun readInt(): IntArray = IntArray(memory.capacity() / BYTES).also { whole().asIntBuffer().get(it) }

    fun readFloat(): FloatArray = FloatArray(memory.capacity() / BYTES).also { whole().asFloatBuffer().get(it) }

    private fun write(count: Int, put: (ByteBuffer) -> Unit) {
        assertNotDestroyed()
        if (BYTES * count > memory.capacity()) throw LiteRtException("The data must fit into the buffer")
        put(whole())
    }

    /** From position 0; runs move the position. */
    private fun whole(): ByteBuffer = memory.apply { clear() }

    private companion object {
        const val BYTES = 4
    }
}

class CompiledModel private constructor(private val model: BytedecoTensorModel) : JniHandle() {
    class CpuOptions(val numThreads: Int? = null, val xnnPackFlags: Int? = null, val xnnPackWeightCachePath: String? = null)

    class Options(vararg val accelerators: Accelerator) {
        var cpuOptions: CpuOptions? = null
    }

    fun createInputBuffer(inputName: String, signature: String? = null): TensorBuffer = buffer(inputName, signature)

    fun createOutputBuffer(outputName: String, signature: String? = null): TensorBuffer = buffer(outputName, signature)

    /** All inputs and outputs of the signature must be there. */
    fun run(inputs: Map<String, TensorBuffer>, outputs: Map<String, TensorBuffer>, signature: String? = null) {
        assertNotDestroyed()
        val given = inputs.keys + outputs.keys
        if (given != sizes(signature).keys) throw LiteRtException("All tensors of $signature must be given. Received: $given")
        refusing { model.run(signature.orEmpty(), inputs.mapValues { it.value.memory }, outputs.mapValues { it.value.memory }) }
    }

    override fun destroy() = model.close()

    private fun buffer(name: String, signature: String?): TensorBuffer {
        assertNotDestroyed()
        return TensorBuffer(directBuffer(sizes(signature)[name] ?: throw LiteRtException("No tensor $name of $signature")))
    }

    private fun sizes(signature: String?): Map<String, Int> = refusing { model.tensorSizes(signature.orEmpty()) }

    companion object {
        /** What the last model was made with. */
        var lastOptions: Options? = null
            private set

        @Suppress("UNUSED_PARAMETER") // the real one has it
        fun create(filePath: String, options: Options, optionalEnv: Environment? = null): CompiledModel {
            lastOptions = options
            val file = File(filePath)
            if (!file.isFile) throw LiteRtException("No file $filePath")
            val bytes = file.readBytes()
            val graph = directBuffer(bytes.size).put(bytes).apply { clear() }
            return CompiledModel(refusing { BytedecoTensorModel.open(graph, options.cpuOptions?.numThreads ?: 1) as BytedecoTensorModel })
        }

        private fun <T> refusing(action: () -> T): T = try {
            action()
        } catch (error: TensorModelException) {
            throw LiteRtException(error.message.orEmpty())
        }
    }
}
