package dev.litetransformer.runtime

import java.nio.Buffer
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.FloatBuffer
import java.nio.IntBuffer

/** Bytes of an element; int32 and float32 are the only kinds. */
public const val ELEMENT_BYTES: Int = 4

/** A buffer for a tensor of so many bytes: direct, in native byte order, zeros. */
public fun directBuffer(bytes: Int): ByteBuffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder())

/**
 * A buffer for a tensor of these sizes, whose elements have [ELEMENT_BYTES].
 *
 * @throws TensorModelException it has more bytes than a buffer holds, or than there is memory for.
 */
internal fun tensorBuffer(vararg sizes: Int): ByteBuffer {
    val count = elementCount(*sizes)
    return try {
        directBuffer(count * ELEMENT_BYTES)
    } catch (error: OutOfMemoryError) {
        throw TensorModelException("There must be memory for a tensor of the sizes ${sizes.toList()}. Received: none for $count elements", error)
    }
}

/**
 * The product of sizes.
 *
 * @throws TensorModelException a buffer of so many elements would have 2^31 bytes or more.
 */
internal fun elementCount(vararg sizes: Int): Int {
    val count = sizes.fold(1L) { product, size -> minOf(product * size, MAXIMUM_ELEMENTS + 1) }
    if (count > MAXIMUM_ELEMENTS) throw TensorModelException("A tensor must have at most $MAXIMUM_ELEMENTS elements. Received: sizes ${sizes.toList()}")
    return count.toInt()
}

/** 2^29 elements have 2^31 bytes, more than a buffer holds. */
internal const val MAXIMUM_ELEMENTS: Long = (1L shl 29) - 1

/** The same memory as a tensor of its own: elements [first] to [first] + [count] - 1, from position 0. */
internal fun ByteBuffer.elements(first: Int, count: Int): ByteBuffer {
    val view: Buffer = duplicate()
    view.limit((first + count) * ELEMENT_BYTES).position(first * ELEMENT_BYTES)
    return (view as ByteBuffer).slice().order(ByteOrder.nativeOrder())
}

/** All of the memory as int32, whatever the position; the view keeps a position of its own. */
internal fun ByteBuffer.ints(): IntBuffer = rewound().asIntBuffer()

/** All of the memory as float32, whatever the position; the view keeps a position of its own. */
internal fun ByteBuffer.floats(): FloatBuffer = rewound().asFloatBuffer()

private fun ByteBuffer.rewound(): ByteBuffer {
    val view = duplicate()
    (view as Buffer).clear()
    return view.order(ByteOrder.nativeOrder())
}

/**
 * Copies ranges between tensors, or within one, without an object per copy.
 *
 * The methods of `Buffer` are called on that type, for their overrides in `ByteBuffer` are not on every Android version.
 */
internal class ElementCopier(source: ByteBuffer, target: ByteBuffer) {
    private val from: ByteBuffer = source.duplicate()
    private val to: ByteBuffer = target.duplicate()
    private val fromBounds: Buffer = from
    private val toBounds: Buffer = to

    init {
        toBounds.clear()
    }

    /** Copies [count] elements; ranges of one buffer must not overlap. */
    fun copy(first: Int, targetFirst: Int, count: Int) {
        fromBounds.limit((first + count) * ELEMENT_BYTES).position(first * ELEMENT_BYTES)
        toBounds.position(targetFirst * ELEMENT_BYTES)
        to.put(from)
    }
}

/** Reads elements [first] to [first] + [count] - 1 into [target], from its beginning. */
internal fun FloatBuffer.read(first: Int, target: FloatArray, count: Int) {
    (this as Buffer).position(first)
    get(target, 0, count)
}

/** Reads elements [first] to [first] + [count] - 1 into [target], from its beginning. */
internal fun IntBuffer.read(first: Int, target: IntArray, count: Int) {
    (this as Buffer).position(first)
    get(target, 0, count)
}

/** Writes the first [count] of [source] in front. */
internal fun IntBuffer.write(source: IntArray, count: Int) {
    (this as Buffer).position(0)
    put(source, 0, count)
}
