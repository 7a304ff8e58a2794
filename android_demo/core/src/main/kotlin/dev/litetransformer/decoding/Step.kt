package dev.litetransformer.decoding

import dev.litetransformer.bundle.DataType
import dev.litetransformer.runtime.elements
import dev.litetransformer.runtime.floats
import dev.litetransformer.runtime.ints
import dev.litetransformer.runtime.read
import dev.litetransformer.runtime.tensorBuffer
import dev.litetransformer.runtime.write
import java.nio.ByteBuffer

/**
 * The tensors of one step signature, `decode_step_b` or `beam_step_b`, and its caches; made once for a bucket and used for one text after another.
 *
 * Several runs make one step when there are more rows than the signature has; each run has its part of every tensor.
 *
 * @param chunks runs that make one step.
 * @param lazyOutputs outputs that are only fetched when asked for.
 */
internal class Step(private val model: BucketedModel, kind: String, val bucket: Int, private val chunks: Int, private val lazyOutputs: Set<String>) {
    private val signature = model.signature(kind, bucket)
    private val rowsPerRun = signature.input(TOKEN).elements
    private val tokenBuffer = tensorBuffer(chunks, rowsPerRun)
    private val positionBuffer = tensorBuffer(signature.input(POSITION).elements)
    private val position = positionBuffer.ints()
    private val outputs = signature.outputs.associate { it.name to tensorBuffer(chunks, it.elements) }
    private val caches: Map<String, Cache> = buildMap {
        val rows = chunks * rowsPerRun
        for (cache in model.caches) {
            val spec = signature.inputs.firstOrNull { it.name == cache.input } ?: continue
            put(spec.name, newCache(cache.growth, spec, rows, bucket, output(cache.output)))
        }
    }
    private val runs = List(chunks) { Run(it) }

    private val tokens = tokenBuffer.ints()
    private val ints = views(DataType.INT32) { it.ints() }
    private val floats = views(DataType.FLOAT32) { it.floats() }

    /** Where a prefill writes the caches, by the names of its outputs. */
    val prefilled: Map<String, ByteBuffer> get() = caches.mapValues { (_, cache) -> cache.prefilled }

    /** After a prefill of [length] positions. */
    fun beginBehind(length: Int) = caches.values.forEach { it.begin(length) }

    /** Elements of an output that one row has. */
    fun width(output: String): Int = signature.output(output).shape.last()

    /** Reads the first [count] elements of an output of the last step, row by row. */
    fun read(output: String, into: IntArray, count: Int) = ints.getValue(output).read(0, into, count)

    /** Reads the first [count] elements of an output of the last step, row by row. */
    fun read(output: String, into: FloatArray, count: Int) = floats.getValue(output).read(0, into, count)

    /**
     * Reads the first [count] elements of one row of an output of the last step. A lazy one is fetched by the same run again, whose inputs are
     * all still there.
     */
    fun readRow(output: String, row: Int, into: FloatArray, count: Int) {
        if (output in lazyOutputs) runs[row / rowsPerRun].fetch()
        floats.getValue(output).read(row * width(output), into, count)
    }

    /** Begins a text: [constants] are the inputs that stay the same at every step. */
    fun begin(constants: Map<String, ByteBuffer>) = runs.forEach { it.begin(constants) }

    /** Takes over the caches of a smaller bucket, before the step at [position]. */
    fun takeOver(smaller: Step, position: Int) = caches.forEach { (name, cache) -> cache.takeOver(smaller.caches.getValue(name), position) }

    /** Feeds the first [count] of [tokens], one a row; [everything] fetches the lazy outputs at once. */
    fun run(tokens: IntArray, count: Int, position: Int, everything: Boolean) {
        this.tokens.write(tokens, count)
        this.position.put(0, position)
        caches.values.forEach { it.prepare(position) }
        for (chunk in 0..(count - 1) / rowsPerRun) runs[chunk].run(everything)
        caches.values.forEach { it.write(position) }
    }

    /** Row i becomes a copy of row parents[i], for i < [count], before the step at [position]. */
    fun reorder(parents: IntArray, count: Int, position: Int) = caches.values.forEach { it.reorder(parents, count, position) }

    private fun output(name: String): ByteBuffer = outputs.getValue(signature.output(name).name)

    private fun <T> views(kind: DataType, view: (ByteBuffer) -> T): Map<String, T> =
        signature.outputs.filter { it.dtype == kind }.associate { it.name to view(output(it.name)) }

    /** One run of the signature: its part of every tensor. */
    private inner class Run(private val chunk: Int) {
        private val changing = HashMap<String, ByteBuffer>()
        private val everyInput = HashMap<String, ByteBuffer>()
        private val everyOutput = signature.outputs.associate { it.name to part(output(it.name), it.elements) }
        private val usualOutputs = everyOutput - lazyOutputs
        private var begins = false
        private var hasEverything = false

        init {
            changing[TOKEN] = part(tokenBuffer, rowsPerRun)
            changing[POSITION] = positionBuffer
            caches.forEach { (name, cache) -> changing[name] = part(cache.tensor, signature.input(name).elements) }
        }

        fun begin(constants: Map<String, ByteBuffer>) {
            everyInput.putAll(constants)
            begins = true
        }

        fun run(everything: Boolean) {
            if (chunks == 1) caches.forEach { (name, cache) -> changing[name] = cache.tensor }
            if (begins) everyInput.putAll(changing)
            model.run(signature.name, if (begins) everyInput else changing, if (everything) everyOutput else usualOutputs)
            begins = false
            hasEverything = everything
        }

        fun fetch() {
            if (!hasEverything) run(everything = true)
        }

        private fun part(tensor: ByteBuffer, elements: Int): ByteBuffer = if (chunks == 1) tensor else tensor.elements(chunk * elements, elements)
    }

    companion object {
        const val TOKEN = "token"
        const val POSITION = "position"
    }
}
