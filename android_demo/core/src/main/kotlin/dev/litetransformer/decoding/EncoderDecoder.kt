package dev.litetransformer.decoding

import dev.litetransformer.bundle.Manifest
import dev.litetransformer.runtime.ElementCopier
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.ints
import dev.litetransformer.runtime.tensorBuffer
import java.io.Closeable
import java.nio.ByteBuffer

/** Runs the signatures of an encoder-decoder's file (docs/bundle.md) and keeps the caches. One text at a time. */
internal class EncoderDecoder(model: TensorModel, manifest: Manifest) : Closeable {
    private val file = BucketedModel(model, manifest)
    private val padId = manifest.specialIds.pad
    private val encoders = HashMap<Int, Encoder>()
    private val steps = HashMap<Triple<String, Int, Int>, Step>()

    /** Rows of `beam_step`; 1: there is none. */
    val beamSize: Int = manifest.beamSize

    val largestSource: Int = file.buckets.last()

    /** Greatest number of target tokens before `eos`: one position of the largest bucket is for the `eos` that ends it. */
    val capacity: Int = file.buckets.last() - 1

    override fun close() = file.close()

    /** Reads a source of at most [largestSource] ids, its final `eos` included. The memory is good until the next source. */
    fun encode(ids: IntArray): Memory {
        val bucket = file.buckets.first { ids.size <= it }
        return encoder(bucket).encode(ids)
    }

    /** A new target of one hypothesis. */
    fun greedy(memory: Memory): Target = Target(this, memory, "decode_step", 1)

    /** A new target of [rows] hypotheses: `beam_step` runs several times a step when it has fewer rows. */
    fun beam(memory: Memory, rows: Int): Target = Target(this, memory, "beam_step", (rows + beamSize - 1) / beamSize)

    fun nextBucket(bucket: Int): Int? = file.nextBucket(bucket)

    fun step(kind: String, bucket: Int, chunks: Int): Step =
        steps.getOrPut(Triple(kind, bucket, chunks)) { Step(file, kind, bucket, chunks, lazyOutputs = setOf(LOGITS)) }

    /** The same memory in a larger bucket. What lies behind its length is masked. */
    fun grown(memory: Memory, bucket: Int): Memory {
        val target = encoder(bucket).memory(memory.length)
        val spec = file.signature(ENCODE, memory.bucket).output(MEMORY)
        val (strips, before, width) = spec.shape
        val copier = ElementCopier(memory.tensor, target.tensor)
        for (strip in 0 until strips) copier.copy(strip * before * width, strip * bucket * width, before * width)
        return target
    }

    private fun encoder(bucket: Int): Encoder = encoders.getOrPut(bucket) { Encoder(bucket) }

    private inner class Encoder(private val bucket: Int) {
        private val signature = file.signature(ENCODE, bucket)
        private val ids = tensorBuffer(signature.input("source_ids").elements)
        private val length = tensorBuffer(signature.input(SOURCE_LENGTH).elements)
        private val memory = tensorBuffer(signature.output(MEMORY).elements)
        private val inputs = mapOf("source_ids" to ids, SOURCE_LENGTH to length)
        private val outputs = mapOf(MEMORY to memory)
        private val idView = ids.ints()

        fun encode(source: IntArray): Memory {
            for (place in 0 until bucket) idView.put(place, if (place < source.size) source[place] else padId)
            val result = memory(source.size)
            file.run(signature.name, inputs, outputs)
            return result
        }

        fun memory(sourceLength: Int): Memory {
            length.ints().put(0, sourceLength)
            return Memory(memory, bucket, sourceLength, mapOf(MEMORY to memory, SOURCE_LENGTH to length))
        }
    }

    companion object {
        const val ENCODE = "encode"
        const val MEMORY = "memory"
        const val SOURCE_LENGTH = "source_length"
        const val LOGITS = "logits"
    }
}

/**
 * Keys and values of the source for cross-attention.
 *
 * @property tensor (2 H', bucket, d'), of which the first [length] positions are real.
 * @property inputs what a step takes of it.
 */
internal class Memory(val tensor: ByteBuffer, val bucket: Int, val length: Int, val inputs: Map<String, ByteBuffer>)
