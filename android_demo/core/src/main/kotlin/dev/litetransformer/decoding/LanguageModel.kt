package dev.litetransformer.decoding

import dev.litetransformer.bundle.Manifest
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.floats
import dev.litetransformer.runtime.ints
import dev.litetransformer.runtime.read
import dev.litetransformer.runtime.tensorBuffer
import java.io.Closeable
import java.nio.ByteBuffer

/** Runs the signatures of a language model's file (docs/bundle.md) and keeps the caches. One text at a time. */
internal class LanguageModel(model: TensorModel, manifest: Manifest) : Closeable {
    private val file = BucketedModel(model, manifest)
    private val prefills = HashMap<Int, Prefill>()
    private val steps = HashMap<Int, Step>()
    private val fed = IntArray(1)
    private lateinit var step: Step
    private var position = 0

    /** Greatest number of positions, the `eos` in front included. */
    val capacity: Int = file.buckets.last()

    /** Of the token that comes next, (V). [start] and [feed] overwrite it, and so may the caller. */
    val logProbabilities: FloatArray =
        FloatArray(file.signature(STEP, file.buckets.last()).output(LOG_PROBABILITIES).shape.last())

    override fun close() = file.close()

    /** Reads the beginning of a text, its leading `eos` included: 1 to [capacity] ids. */
    fun start(ids: IntArray) {
        // A text that fills its bucket would leave no row for its last position, which a larger bucket needs.
        val bucket = file.buckets.firstOrNull { ids.size < it } ?: capacity
        step = step(bucket)
        position = ids.size
        prefills.getOrPut(bucket) { Prefill(bucket) }.read(ids)
    }

    /** Reads a token more. */
    fun feed(token: Int) {
        if (position == step.bucket - 1) {
            file.nextBucket(step.bucket)?.let { larger -> step = step(larger).also { it.takeOver(step, position) } }
        }
        fed[0] = token
        step.run(fed, 1, position, everything = true)
        step.read(LOG_PROBABILITIES, logProbabilities, logProbabilities.size)
        position++
    }

    private fun step(bucket: Int): Step = steps.getOrPut(bucket) { Step(file, STEP, bucket, 1, emptySet()) }.also { it.begin(emptyMap()) }

    private inner class Prefill(private val bucket: Int) {
        private val signature = file.signature("prefill", bucket)
        private val ids = tensorBuffer(signature.input("ids").elements)
        private val length = tensorBuffer(signature.input("length").elements)
        private val inputs = mapOf("ids" to ids, "length" to length)
        private val next = tensorBuffer(signature.output(LOG_PROBABILITIES).elements)
        private val outputs: Map<String, ByteBuffer> = step.prefilled + (LOG_PROBABILITIES to next)
        private val idView = ids.ints()
        private val lengthView = length.ints()
        private val nextView = next.floats()

        fun read(text: IntArray) {
            for (place in 0 until bucket) idView.put(place, text[if (place < text.size) place else 0])
            lengthView.put(0, text.size)
            file.run(signature.name, inputs, outputs)
            step.beginBehind(text.size)
            nextView.read(0, logProbabilities, logProbabilities.size)
        }
    }

    private companion object {
        const val STEP = "decode_step"
        const val LOG_PROBABILITIES = "log_probabilities"
    }
}
