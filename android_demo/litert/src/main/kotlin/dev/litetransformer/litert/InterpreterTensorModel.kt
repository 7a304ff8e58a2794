package dev.litetransformer.litert

import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelException
import dev.litetransformer.runtime.TensorModelFactory
import java.nio.Buffer
import java.nio.ByteBuffer
import org.tensorflow.lite.Interpreter
import org.tensorflow.lite.Tensor

/**
 * TensorFlow Lite's Java class [Interpreter] as core's [TensorModel]: for TensorFlow Lite, and LiteRT 1.x.
 *
 * That class wants every input of the file's first subgraph at each run. It is the one of `encode` or `prefill`, which get them anyway.
 *
 * For every other signature, its `runSignature` makes two native handles for each input and one for each output at each call, and frees none of them (read
 * in the bytecode of 2.16.1): 12 for a token of a model with two caches. This class runs signatures without outputs and reads those from handles that
 * it keeps, one for each output of a signature; of the 12, 4 are no longer made. The two of each input stay, since no public method writes an input
 * without them: some dozens of bytes each, about half a megabyte in a thousand tokens. They are freed when the process ends. [LiteRtTensorModel]
 * makes none.
 */
public class InterpreterTensorModel private constructor(private val interpreter: Interpreter, private val graph: ByteBuffer) : TensorModel {
    private val outputTensors = HashMap<String, HashMap<String, Tensor>>()

    override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
        // It copies from the position.
        inputs.values.forEach { (it as Buffer).clear() }
        try {
            interpreter.runSignature(inputs, emptyMap<String, Any>(), signature)
            for ((name, target) in outputs) copy(signature, name, target)
        } catch (error: IllegalArgumentException) {
            throw TensorModelException("The runtime must be able to run a file's signatures. Received: $signature (${error.message})", error)
        } catch (error: IllegalStateException) {
            throw TensorModelException("The runtime must be able to run a file's signatures. Received: $signature (${error.message})", error)
        }
    }

    override fun close() {
        outputTensors.clear()
        interpreter.close()
        // Used here so that no shrinker drops the field: it alone keeps the mapped file in memory.
        (graph as Buffer).clear()
    }

    /** After a run, for the tensors are allocated in the first one. The view is made anew, the handle is not. */
    private fun copy(signature: String, name: String, target: ByteBuffer) {
        val tensor = outputTensors.getOrPut(signature) { HashMap() }.getOrPut(name) { interpreter.getOutputTensorFromSignature(name, signature) }
        val source = tensor.asReadOnlyBuffer()
        if (source.capacity() != target.capacity()) {
            val rule = "A buffer for $name of $signature must have the ${source.capacity()} bytes of the tensor"
            throw TensorModelException("$rule. Received: ${target.capacity()}")
        }
        (source as Buffer).clear()
        (target as Buffer).clear()
        target.put(source)
        (target as Buffer).clear()
    }

    public companion object : TensorModelFactory {
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
            return InterpreterTensorModel(interpreter, graph)
        }
    }
}
