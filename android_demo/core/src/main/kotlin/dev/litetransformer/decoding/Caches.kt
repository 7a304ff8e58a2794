package dev.litetransformer.decoding

import dev.litetransformer.bundle.Growth
import dev.litetransformer.bundle.TensorSpec
import dev.litetransformer.runtime.ElementCopier
import dev.litetransformer.runtime.elementCount
import dev.litetransformer.runtime.elements
import dev.litetransformer.runtime.floats
import dev.litetransformer.runtime.tensorBuffer
import java.nio.ByteBuffer

/** What a decoder remembers of a hypothesis per position: strips of rows that lie one behind the other. */
internal sealed interface Cache {
    /** The tensor as the signature takes it, (rows, ...). */
    val tensor: ByteBuffer

    /** Before the step at [position]. */
    fun prepare(position: Int)

    /** After the step at [position]: takes over what it gave. */
    fun write(position: Int)

    /** Row i becomes a copy of row parents[i], for i < [count], before the step at [position]. */
    fun reorder(parents: IntArray, count: Int, position: Int)

    /** Takes over all of a smaller bucket's, before the step at [position]. */
    fun takeOver(smaller: Cache, position: Int)

    /** Where a prefill writes the whole cache, before [begin]. */
    val prefilled: ByteBuffer

    /** After a prefill of [length] positions. */
    fun begin(length: Int)
}

/** The cache of a step's input [spec], which has room for [rows] hypotheses; [new] is what steps give. */
internal fun newCache(growth: Growth, spec: TensorSpec, rows: Int, bucket: Int, new: ByteBuffer): Cache =
    when (growth) {
        Growth.ROWS -> AttentionCache(spec, rows, new)
        Growth.WINDOW -> ConvolutionInputs(spec, rows, bucket, new)
        Growth.STATE -> StateCache(spec, rows, new)
    }

/**
 * Self-attention keys and values, (rows, 2 H, T - 1, d): position i in row i of each strip.
 *
 * @param spec of the input `attention_cache`.
 * @param new what steps give, (rows, 2 H, 1, d).
 */
internal class AttentionCache(spec: TensorSpec, private val rows: Int, new: ByteBuffer) : Cache {
    private val width = spec.shape.last()
    private val length = spec.shape[spec.shape.size - 2]
    private val strips = spec.shape[spec.shape.size - 3]
    private val stripSize = elementCount(length, width)
    override val tensor: ByteBuffer = tensorBuffer(rows, strips, stripSize)
    private val fromNew = ElementCopier(new, tensor)
    private val mover = RowMover(tensor, rows, strips, stripSize)

    override val prefilled: ByteBuffer get() = tensor // what is written behind the text is never read

    override fun begin(length: Int) = Unit

    override fun prepare(position: Int) = Unit

    override fun write(position: Int) {
        if (position < length) {
            for (strip in 0 until rows * strips) fromNew.copy(strip * width, strip * stripSize + position * width, width)
        }
    }

    override fun reorder(parents: IntArray, count: Int, position: Int) = mover.move(parents, count, 0, minOf(position, length) * width)

    override fun takeOver(smaller: Cache, position: Int) {
        val before = smaller as AttentionCache
        val copier = ElementCopier(before.tensor, tensor)
        for (strip in 0 until rows * strips) copier.copy(strip * before.stripSize, strip * stripSize, minOf(position, before.length) * width)
    }
}

/**
 * Convolution inputs, (rows, K - 1 + T, C): the input of position i in row i + K - 1, zeros before, so that a window is a range of rows and
 * nothing is shifted.
 *
 * @param spec of the input `window`.
 * @param new what steps give, (rows, 1, C).
 */
internal class ConvolutionInputs(spec: TensorSpec, private val rows: Int, bucket: Int, new: ByteBuffer) : Cache {
    private val channels = spec.shape.last()
    private val windowSize = elementCount(spec.shape[spec.shape.size - 2], channels)
    private val stripSize = elementCount(spec.shape[spec.shape.size - 2] + bucket, channels)
    private val all = tensorBuffer(rows, stripSize)
    private val fromNew = ElementCopier(new, all)
    private val mover = RowMover(all, rows, 1, stripSize)
    private val windows = if (rows == 1) null else tensorBuffer(rows, windowSize)
    private val toWindows = windows?.let { ElementCopier(all, it) }

    override var tensor: ByteBuffer = windows ?: all.elements(0, windowSize)
        private set

    override fun prepare(position: Int) {
        if (toWindows == null) {
            tensor = all.elements(position * channels, windowSize)
        } else {
            for (row in 0 until rows) toWindows.copy(row * stripSize + position * channels, row * windowSize, windowSize)
        }
    }

    override fun write(position: Int) {
        for (row in 0 until rows) fromNew.copy(row * channels, row * stripSize + windowSize + position * channels, channels)
    }

    override fun reorder(parents: IntArray, count: Int, position: Int) = mover.move(parents, count, position * channels, windowSize)

    override fun takeOver(smaller: Cache, position: Int) {
        val before = smaller as ConvolutionInputs
        val copier = ElementCopier(before.all, all)
        for (row in 0 until rows) copier.copy(row * before.stripSize, row * stripSize, windowSize + position * channels)
    }

    override val prefilled: ByteBuffer by lazy { tensorBuffer(windowSize) }

    override fun begin(length: Int) = ElementCopier(prefilled, all).copy(0, length * channels, windowSize)
}

/**
 * The state of recurrent branches, (rows, 1, C), which every step replaces; zeros before the first.
 *
 * What a step gave is handed on when the next one is prepared, so that a step can run again with what it read.
 *
 * @param spec of the input.
 * @param new what steps give, (rows, 1, C).
 */
internal class StateCache(spec: TensorSpec, private val rows: Int, new: ByteBuffer) : Cache {
    private val channels = spec.shape.last()
    private val size = elementCount(rows, channels)
    private val next = tensorBuffer(size)
    private val fromNew = ElementCopier(new, next)
    private val mover = RowMover(next, rows, 1, channels)
    override val tensor: ByteBuffer = tensorBuffer(size)
    private val toTensor = ElementCopier(next, tensor)

    override val prefilled: ByteBuffer get() = next

    override fun begin(length: Int) = Unit

    override fun prepare(position: Int) = if (position == 0) clear() else toTensor.copy(0, 0, size)

    override fun write(position: Int) = fromNew.copy(0, 0, size)

    override fun reorder(parents: IntArray, count: Int, position: Int) = mover.move(parents, count, 0, channels)

    override fun takeOver(smaller: Cache, position: Int) = ElementCopier((smaller as StateCache).next, next).copy(0, 0, size)

    /** Another text begins: what the last one left is forgotten. */
    private fun clear() {
        val values = tensor.floats()
        for (place in 0 until size) values.put(place, 0f)
    }
}

/** Moves whole hypotheses of a tensor (rows, strips, stripSize), a range of each strip. */
private class RowMover(private val tensor: ByteBuffer, private val rows: Int, private val strips: Int, private val stripSize: Int) {
    private val rowSize = strips * stripSize
    private val within = ElementCopier(tensor, tensor)
    private val saved = BooleanArray(rows)
    private val aside by lazy { tensorBuffer(rows, rowSize) }
    private val save by lazy { ElementCopier(tensor, aside) }
    private val restore by lazy { ElementCopier(aside, tensor) }

    /** Elements [first] to [first] + [count] - 1 of each strip of row i become those of row parents[i], for i < [moving]. */
    fun move(parents: IntArray, moving: Int, first: Int, count: Int) {
        saved.fill(false)
        for (row in 0 until moving) {
            val parent = parents[row]
            if (parent != row && isOverwritten(parents, moving, parent) && !saved[parent]) {
                saved[parent] = true
                copy(save, parent * rowSize, parent * rowSize, first, count)
            }
        }
        for (row in 0 until moving) {
            val parent = parents[row]
            if (parent == row) continue
            val copier = if (saved[parent]) restore else within
            copy(copier, parent * rowSize, row * rowSize, first, count)
        }
    }

    private fun isOverwritten(parents: IntArray, moving: Int, row: Int): Boolean = row < moving && parents[row] != row

    private fun copy(copier: ElementCopier, from: Int, to: Int, first: Int, count: Int) {
        for (strip in 0 until strips) copier.copy(from + strip * stripSize + first, to + strip * stripSize + first, count)
    }
}
