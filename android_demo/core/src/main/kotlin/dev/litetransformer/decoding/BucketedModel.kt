package dev.litetransformer.decoding

import dev.litetransformer.bundle.CacheSpec
import dev.litetransformer.bundle.Manifest
import dev.litetransformer.bundle.Signature
import dev.litetransformer.bundle.TensorSpec
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelException
import java.io.Closeable
import java.nio.ByteBuffer

/** The signatures of one file, `kind_b` for each bucket b. */
internal class BucketedModel(private val model: TensorModel, manifest: Manifest) : Closeable by model {
    private val signatures = manifest.signatures

    /** Of the decoding steps. */
    val caches: List<CacheSpec> = manifest.caches

    /** Allocated lengths, ascending. */
    val buckets: List<Int> = manifest.buckets

    fun nextBucket(bucket: Int): Int? = buckets.firstOrNull { it > bucket }

    fun signature(kind: String, bucket: Int): NamedSignature {
        val name = "${kind}_$bucket"
        val signature = signatures[name] ?: throw TensorModelException("A bundle must have the signatures of its buckets. Received: none named $name")
        return NamedSignature(name, signature)
    }

    fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) = model.run(signature, inputs, outputs)
}

/** What [make] builds over a model that was just opened, which is closed again when it fails. */
internal fun <T> TensorModel.intoModel(manifest: Manifest, make: (TensorModel, Manifest) -> T): T {
    var made = false
    try {
        return make(this, manifest).also { made = true }
    } finally {
        if (!made) close()
    }
}

internal class NamedSignature(val name: String, private val signature: Signature) {
    val inputs: List<TensorSpec> get() = signature.inputs
    val outputs: List<TensorSpec> get() = signature.outputs

    fun input(tensor: String): TensorSpec = signature.input(tensor) ?: missing("input", tensor)

    fun output(tensor: String): TensorSpec = signature.output(tensor) ?: missing("output", tensor)

    private fun missing(side: String, tensor: String): Nothing =
        throw TensorModelException("The signature $name must have the $side $tensor. Received: ${(inputs + outputs).map { it.name }}")
}
