package dev.litetransformer.text

/** Reads the fields of one protocol buffer message in `bytes[begin, end)`; knows the four wire types that are still in use. */
internal class ProtobufReader(private val bytes: ByteArray, begin: Int = 0, private val end: Int = bytes.size) {
    private var place = begin
    private var wireType = 0

    /** Number of the next field, whose value must then be read or skipped; 0 at the end. */
    fun nextField(): Int {
        if (place == end) return 0
        val key = varint()
        wireType = (key and 7).toInt()
        val number = key ushr 3
        if (number !in 1..MAXIMUM_FIELD) fail("A field's number must lie in [1, $MAXIMUM_FIELD]", number)
        return number.toInt()
    }

    fun readInt(): Int = expect(VARINT) { varint().toInt() }

    fun readBoolean(): Boolean = expect(VARINT) { varint() != 0L }

    fun readFloat(): Float = expect(FIXED32) {
        advance(4)
        val bits = (3 downTo 0).fold(0) { bits, i -> bits shl 8 or (bytes[place - 4 + i].toInt() and 0xFF) }
        Float.fromBits(bits)
    }

    fun readBytes(): ByteArray = expect(LENGTH) {
        val length = length()
        bytes.copyOfRange(place - length, place)
    }

    /** A reader of the message inside this field. */
    fun readMessage(): ProtobufReader = expect(LENGTH) {
        val length = length()
        ProtobufReader(bytes, place - length, place)
    }

    fun skip() {
        when (wireType) {
            VARINT -> varint()
            FIXED64 -> advance(8)
            LENGTH -> length()
            FIXED32 -> advance(4)
            else -> fail("A field must have a wire type in use", wireType)
        }
    }

    private inline fun <T> expect(type: Int, read: () -> T): T {
        if (wireType != type) fail("A field must have the wire type $type", wireType)
        return read()
    }

    /** Reads a length and steps over so many bytes. */
    private fun length(): Int {
        val length = varint()
        if (length !in 0..(end - place)) fail("A field must end inside its message", "$length bytes of ${end - place}")
        place += length.toInt()
        return length.toInt()
    }

    private fun advance(count: Int) {
        if (end - place < count) fail("A field must end inside its message", "$count bytes of ${end - place}")
        place += count
    }

    private fun varint(): Long {
        var value = 0L
        for (shift in 0..63 step 7) {
            advance(1)
            val byte = bytes[place - 1].toLong()
            value = value or (byte and 0x7F shl shift)
            if (byte >= 0) return value
        }
        fail("A number must have at most 10 bytes", "more")
    }

    private fun fail(rule: String, received: Any): Nothing =
        throw VocabularyException("$rule. Received: $received at byte $place; the vocabulary is damaged")

    private companion object {
        const val VARINT = 0
        const val FIXED64 = 1
        const val LENGTH = 2
        const val FIXED32 = 5
        const val MAXIMUM_FIELD = (1L shl 29) - 1
    }
}
