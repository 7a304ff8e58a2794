package dev.litetransformer.litert

import com.google.ai.edge.litert.Accelerator
import com.google.ai.edge.litert.CompiledModel
import com.google.ai.edge.litert.Environment
import com.google.ai.edge.litert.LiteRtException
import com.google.ai.edge.litert.TensorBuffer
import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.DataType
import dev.litetransformer.bundle.Signature
import dev.litetransformer.bundle.TensorSpec
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelException
import dev.litetransformer.runtime.TensorModelFactory
import java.io.Closeable
import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * LiteRT 2.1's class [CompiledModel] as core's [TensorModel], on the processor: signatures by name, each with buffers that are made once.
 *
 *     Translator(bundle, LiteRtTensorModel.factory(bundle), closesBundle = true)
 *
 * That class reads a file of its own, so a factory belongs to one bundle and its model is not the mapping of [Bundle.graph]. Its buffers take and give
 * arrays: an output that is read makes one each time, which the garbage collector takes back.
 */
public class LiteRtTensorModel private constructor(
    private val environment: Environment,
    private val model: CompiledModel,
    private val signatures: Map<String, Signature>,
) : TensorModel {
    private val bound = HashMap<String, BoundSignature>()

    override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
        val spec = signatures[signature] ?: throw TensorModelException("A signature must be one of the file's. Received: $signature")
        refusing("The runtime must be able to run a file's signatures. Received: $signature") {
            bound.getOrPut(signature) { BoundSignature(model, signature, spec) }.run(inputs, outputs)
        }
    }

    override fun close() {
        bound.values.forEach { it.close() }
        bound.clear()
        model.close()
        environment.close()
    }

    public companion object {
        /** The newest version that this was checked against; the AAR has to be that or newer. */
        public const val MINIMUM_RUNTIME: String = "2.1.5"

        /**
         * What opens the model of a bundle.
         *
         * @param bundle has to be open whenever the factory is used; its directory stays as it is while a model is open.
         * @param weightCache file in which XNNPACK keeps packed weights, so that the signatures share them and the next start finds them. It is written by
         *   native code, so keep it in the cache directory, one for each bundle, and delete it when the bundle changes. Null packs them in memory.
         */
        public fun factory(bundle: Bundle, weightCache: File? = null): TensorModelFactory = TensorModelFactory { _, threads ->
            open(File(bundle.directory, "model.tflite"), bundle.manifest.signatures, threads, weightCache)
        }

        private fun open(file: File, signatures: Map<String, Signature>, threads: Int, weightCache: File?): TensorModel =
            refusing("The runtime must be able to load the model. Received: $file") {
                val environment = Environment.create()
                var model: CompiledModel? = null
                try {
                    val options = CompiledModel.Options(Accelerator.CPU)
                    options.cpuOptions = CompiledModel.CpuOptions(numThreads = threads, xnnPackWeightCachePath = weightCache?.path)
                    model = CompiledModel.create(file.path, options, environment)
                    LiteRtTensorModel(environment, model, signatures)
                } finally {
                    if (model == null) environment.close()
                }
            }
    }
}

/** The buffers of one signature. An input that is left out keeps its values. */
private class BoundSignature(private val model: CompiledModel, private val name: String, spec: Signature) : Closeable {
    private val made = ArrayList<TensorBuffer>()
    private val inputs: Map<String, BoundTensor>
    private val outputs: Map<String, BoundTensor>

    init {
        var complete = false
        try {
            inputs = spec.inputs.associate { it.name to BoundTensor(it, keep(model.createInputBuffer(it.name, name))) }
            outputs = spec.outputs.associate { it.name to BoundTensor(it, keep(model.createOutputBuffer(it.name, name))) }
            complete = true
        } finally {
            if (!complete) close()
        }
    }

    private val inputBuffers = inputs.mapValues { it.value.buffer }
    private val outputBuffers = outputs.mapValues { it.value.buffer }

    fun run(given: Map<String, ByteBuffer>, wanted: Map<String, ByteBuffer>) {
        for ((tensor, source) in given) find(inputs, tensor).write(source)
        model.run(inputBuffers, outputBuffers, name)
        for ((tensor, target) in wanted) find(outputs, tensor).read(target)
    }

    override fun close() = made.forEach { it.close() }

    private fun keep(buffer: TensorBuffer): TensorBuffer = buffer.also { made += it }

    private fun find(tensors: Map<String, BoundTensor>, tensor: String): BoundTensor =
        tensors[tensor] ?: throw TensorModelException("A tensor of $name must be one of ${tensors.keys}. Received: $tensor")
}

/** A buffer of the runtime, with an array to write it from. */
private class BoundTensor(private val spec: TensorSpec, val buffer: TensorBuffer) {
    private val ints = if (spec.dtype == DataType.INT32) IntArray(spec.elements) else IntArray(0)
    private val floats = if (spec.dtype == DataType.FLOAT32) FloatArray(spec.elements) else FloatArray(0)

    fun write(source: ByteBuffer) {
        val all = whole(source)
        if (spec.dtype == DataType.INT32) {
            all.asIntBuffer().get(ints)
            buffer.writeInt(ints)
        } else {
            all.asFloatBuffer().get(floats)
            buffer.writeFloat(floats)
        }
    }

    /** The runtime may have padded its buffer: what is behind the tensor is left out. */
    fun read(target: ByteBuffer) {
        val all = whole(target)
        if (spec.dtype == DataType.INT32) all.asIntBuffer().put(buffer.readInt(), 0, spec.elements) else all.asFloatBuffer().put(buffer.readFloat(), 0, spec.elements)
    }

    private fun whole(given: ByteBuffer): ByteBuffer {
        if (given.capacity() != spec.byteSize) {
            throw TensorModelException("A buffer for ${spec.name} must have the ${spec.byteSize} bytes of the tensor. Received: ${given.capacity()}")
        }
        val view = given.duplicate()
        (view as java.nio.Buffer).clear()
        return view.order(ByteOrder.nativeOrder())
    }
}

private fun <T> refusing(rule: String, action: () -> T): T = try {
    action()
} catch (error: LiteRtException) {
    throw TensorModelException("$rule (${error.message})", error)
} catch (error: IllegalStateException) {
    throw TensorModelException("$rule (${error.message})", error)
} catch (error: LinkageError) {
    throw TensorModelException("The runtime must be there for this phone's processor. Received: ${error.message}", error)
}
