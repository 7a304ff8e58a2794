package dev.litetransformer.demo.model

import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelException
import dev.litetransformer.runtime.TensorModelFactory
import java.nio.Buffer
import java.nio.ByteBuffer
import org.tensorflow.lite.Interpreter

/**
 * TensorFlow Lite's Java class [Interpreter] as core's [TensorModel].
 *
 * That class wants every input of the file's first subgraph at each run. It is the one of `encode` or `prefill`, which get them anyway.
 */
class AndroidTensorModel private constructor(private val interpreter: Interpreter, private val graph: ByteBuffer) : TensorModel {
    override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
        // It copies from and to the position.
        inputs.values.forEach { (it as Buffer).clear() }
        outputs.values.forEach { (it as Buffer).clear() }
        try {
            interpreter.runSignature(inputs, outputs, signature)
        } catch (error: IllegalArgumentException) {
            throw TensorModelException("The runtime must be able to run a file's signatures. Received: $signature (${error.message})", error)
        } catch (error: IllegalStateException) {
            throw TensorModelException("The runtime must be able to run a file's signatures. Received: $signature (${error.message})", error)
        }
    }

    override fun close() {
        interpreter.close()
        // Used here so that no shrinker drops the field: it alone keeps the mapped file in memory.
        (graph as Buffer).clear()
    }

    companion object : TensorModelFactory {
        override fun open(graph: ByteBuffer, threads: Int): TensorModel {
            val interpreter = try {
                Interpreter(graph, Interpreter.Options().setNumThreads(threads))
            } catch (error: IllegalArgumentException) {
                throw TensorModelException("The runtime must be able to load the model. Received: ${error.message}", error)
            } catch (error: IllegalStateException) {
                throw TensorModelException("The runtime must be able to load the model. Received: ${error.message}", error)
            } catch (error: LinkageError) {
                throw TensorModelException("The runtime must be there for this phone's processor. Received: ${error.message}", error)
            }
            return AndroidTensorModel(interpreter, graph)
        }
    }
}
