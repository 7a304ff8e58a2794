package org.tensorflow.lite

import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModelException
import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * The part of TensorFlow Lite's Java class of this name that the module litert uses, over Bytedeco's build of the C++ library: same signatures,
 * same kinds of exceptions. Code compiled against the real class runs on this one without a change.
 */
class Interpreter(graph: ByteBuffer, options: Options) : AutoCloseable {
    class Options {
        internal var threads = 1

        fun setNumThreads(threads: Int): Options = apply { this.threads = threads }
    }

    private val model = refusing { BytedecoTensorModel.open(graph, options.threads) as BytedecoTensorModel }

    /** Handles of native tensors that the real class would have made and never freed, those of the first subgraph counted as well. */
    var leakedHandles: Int = 0
        private set

    /** As the real class: two new handles for each input and one for each output. */
    fun runSignature(inputs: Map<String, Any>, outputs: Map<String, Any>, signatureKey: String): Unit = refusing {
        model.run(signatureKey, inputs.buffers(), outputs.buffers())
        leakedHandles += 2 * inputs.size + outputs.size
    }

    /** As the real class: a new handle at each call. */
    fun getOutputTensorFromSignature(outputName: String, signatureKey: String): Tensor = refusing {
        model.output(signatureKey, outputName)
        leakedHandles++
        OutputTensor(signatureKey, outputName)
    }

    override fun close(): Unit = model.close()

    private inner class OutputTensor(private val signature: String, private val name: String) : Tensor {
        override fun asReadOnlyBuffer(): ByteBuffer = model.output(signature, name).asReadOnlyBuffer().order(ByteOrder.nativeOrder())
    }

    private fun Map<String, Any>.buffers(): Map<String, ByteBuffer> = mapValues { it.value as ByteBuffer }

    private fun <T> refusing(action: () -> T): T = try {
        action()
    } catch (error: TensorModelException) {
        throw IllegalArgumentException(error.message, error)
    }
}

/** The part of TensorFlow Lite's interface of this name that the module litert uses. */
interface Tensor {
    fun asReadOnlyBuffer(): ByteBuffer
}
