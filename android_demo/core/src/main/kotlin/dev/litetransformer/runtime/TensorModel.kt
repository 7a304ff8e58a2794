package dev.litetransformer.runtime

import java.io.Closeable
import java.nio.ByteBuffer

/**
 * A loaded model file: runs its signatures. All shapes are static, those of the bundle's manifest.
 *
 * Tensors are direct [ByteBuffer]s in native byte order whose capacity is exactly the tensor's size; [directBuffer] makes such. Position
 * and limit mean nothing. No method is called by two threads at once.
 */
public interface TensorModel : Closeable {
    /**
     * Runs one signature.
     *
     * @param inputs by name. An input that is left out keeps the values that it had in the last run of this signature, as the tensors of a
     *   TensorFlow Lite interpreter do; the first run of a signature gets all of them. The decoders leave out what stays the same for a
     *   whole sentence. The buffers are only read.
     * @param outputs by name; those that are left out are not wanted. The buffers are filled.
     * @throws TensorModelException the runtime refuses, or the file has no such signature or tensor.
     */
    public fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>)
}

/** Loads model files. */
public fun interface TensorModelFactory {
    /**
     * Loads a file.
     *
     * @param graph the bytes of `model.tflite`: direct, in native order, read-only, perhaps mapped. The model keeps the buffer itself as long
     *   as it is open: nothing else may hold the mapping.
     * @param threads that one run may use.
     * @throws TensorModelException the runtime cannot read it, for instance because it is too old (the manifest's `minimum_runtime`).
     */
    public fun open(graph: ByteBuffer, threads: Int): TensorModel
}

/** The runtime cannot load or run a model; the message says what was asked. */
public class TensorModelException(message: String, cause: Throwable? = null) : RuntimeException(message, cause)
