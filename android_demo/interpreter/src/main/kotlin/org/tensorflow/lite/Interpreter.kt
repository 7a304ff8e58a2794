package org.tensorflow.lite

import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModelException
import java.nio.ByteBuffer

/**
 * The part of TensorFlow Lite's Java class of this name that the app uses, over Bytedeco's build of the C++ library: same signatures, same
 * kinds of exceptions. App code compiled against the real class runs on this one without a change.
 */
class Interpreter(graph: ByteBuffer, options: Options) : AutoCloseable {
    class Options {
        internal var threads = 1

        fun setNumThreads(threads: Int): Options = apply { this.threads = threads }
    }

    private val model = refusing { BytedecoTensorModel.open(graph, options.threads) }

    fun runSignature(inputs: Map<String, Any>, outputs: Map<String, Any>, signatureKey: String): Unit =
        refusing { model.run(signatureKey, inputs.buffers(), outputs.buffers()) }

    override fun close(): Unit = model.close()

    private fun Map<String, Any>.buffers(): Map<String, ByteBuffer> = mapValues { it.value as ByteBuffer }

    private fun <T> refusing(action: () -> T): T = try {
        action()
    } catch (error: TensorModelException) {
        throw IllegalArgumentException(error.message, error)
    }
}
