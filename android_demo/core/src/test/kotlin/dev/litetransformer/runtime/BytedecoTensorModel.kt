package dev.litetransformer.runtime

import java.nio.Buffer
import java.nio.ByteBuffer
import java.nio.ByteOrder
import org.bytedeco.javacpp.BytePointer
import org.bytedeco.javacpp.Pointer
import org.bytedeco.tensorflowlite.BuiltinOpResolver
import org.bytedeco.tensorflowlite.FlatBufferModel
import org.bytedeco.tensorflowlite.Interpreter
import org.bytedeco.tensorflowlite.InterpreterBuilder
import org.bytedeco.tensorflowlite.SignatureRunner
import org.bytedeco.tensorflowlite.TfLiteTensor
import org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteOk

/** TensorFlow Lite's C++ library on the JVM, with its default delegate XNNPACK: one interpreter for all signatures of a file. */
class BytedecoTensorModel private constructor(private val resources: List<Pointer>, private val interpreter: Interpreter) : TensorModel {
    private val signatures = HashMap<String, BoundSignature>()
    private var closed = false

    override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
        check(!closed) { "A model must be open. Received: a run of $signature on a closed one" }
        signatures.getOrPut(signature) { bind(signature) }.run(inputs, outputs)
    }

    /** Bytes of a signature's inputs and outputs, by name. */
    fun tensorSizes(signature: String): Map<String, Int> = signatures.getOrPut(signature) { bind(signature) }.sizes

    /** The values that an output had after the last run. */
    fun output(signature: String, tensor: String): ByteBuffer = signatures.getOrPut(signature) { bind(signature) }.output(tensor)

    override fun close() {
        if (closed) return
        closed = true
        signatures.clear()
        interpreter.deallocate()
        resources.forEach { it.deallocate() }
    }

    private fun bind(name: String): BoundSignature {
        val runner = interpreter.GetSignatureRunner(name)
        if (runner == null || runner.isNull) throw TensorModelException("A signature must be one of the file's. Received: $name")
        return BoundSignature(name, runner)
    }

    companion object : TensorModelFactory {
        override fun open(graph: ByteBuffer, threads: Int): TensorModel {
            val bytes = BytePointer(graph)
            val model = FlatBufferModel.BuildFromBuffer(bytes, graph.capacity().toLong())
            if (model == null || model.isNull) throw TensorModelException("A model must be a TFLite file. Received: ${graph.capacity()} bytes that are none")
            val resolver = BuiltinOpResolver()
            val builder = InterpreterBuilder(model, resolver)
            builder.SetNumThreads(threads)
            val interpreter = Interpreter(null as Pointer?)
            val status = builder.apply(interpreter)
            builder.deallocate()
            if (status != kTfLiteOk || interpreter.isNull) throw TensorModelException("The runtime must know every operator of the file. Received: status $status")
            return BytedecoTensorModel(listOf(resolver, model, bytes), interpreter)
        }
    }
}

/** Views of the tensors of one signature, allocated once. */
private class BoundSignature(private val name: String, private val runner: SignatureRunner) {
    private val inputs: Map<String, ByteBuffer>
    private val outputs: Map<String, ByteBuffer>

    init {
        require(runner.AllocateTensors(), "allocate its tensors")
        inputs = names(runner.input_size()) { runner.input_names().getString(it) }.associateWith { view(runner.input_tensor(it)) }
        outputs = names(runner.output_size()) { runner.output_names().getString(it) }.associateWith { view(runner.output_tensor(it)) }
    }

    val sizes: Map<String, Int> get() = (inputs + outputs).mapValues { it.value.capacity() }

    fun output(tensor: String): ByteBuffer = find(outputs, tensor)

    fun run(given: Map<String, ByteBuffer>, wanted: Map<String, ByteBuffer>) {
        for ((tensor, source) in given) copy(tensor, source, find(inputs, tensor))
        require(runner.Invoke(), "run")
        for ((tensor, target) in wanted) copy(tensor, find(outputs, tensor), target)
    }

    private fun find(tensors: Map<String, ByteBuffer>, tensor: String): ByteBuffer =
        tensors[tensor] ?: throw TensorModelException("A tensor of $name must be one of ${tensors.keys}. Received: $tensor")

    private fun copy(tensor: String, source: ByteBuffer, target: ByteBuffer) {
        if (source.capacity() != target.capacity() || !source.isDirect || source.order() != ByteOrder.nativeOrder()) {
            throw TensorModelException("A buffer for $tensor of $name must be direct, in native order, of the tensor's size. Received: $source for $target")
        }
        (source as Buffer).clear()
        (target as Buffer).clear()
        target.put(source)
    }

    private fun view(tensor: TfLiteTensor): ByteBuffer =
        BytePointer(tensor.data().raw()).capacity(tensor.bytes()).asByteBuffer().order(ByteOrder.nativeOrder())

    private fun names(count: Long, name: (Long) -> String): List<String> = (0 until count).map(name)

    private fun require(status: Int, what: String) {
        if (status != kTfLiteOk) throw TensorModelException("The runtime must be able to $what for $name. Received: status $status")
    }
}
