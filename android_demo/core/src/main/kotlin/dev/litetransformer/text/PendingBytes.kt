package dev.litetransformer.text

/** Bytes of a text that wait for their character; [flush] writes them as UTF-8, U+FFFD for each byte that begins no whole character. */
internal class PendingBytes(private val text: StringBuilder) {
    private var bytes = ByteArray(16)
    private var count = 0

    fun add(byte: Int) {
        if (count == bytes.size) bytes = bytes.copyOf(2 * count)
        bytes[count++] = byte.toByte()
    }

    fun flush() {
        var place = 0
        while (place < count) {
            val length = characterLength(place)
            if (length == 0) text.append('\uFFFD') else text.appendCodePoint(codePoint(place, length))
            place += maxOf(length, 1)
        }
        count = 0
    }

    private fun at(place: Int): Int = bytes[place].toInt() and 0xFF

    /** Bytes of the valid character that begins at [place] (RFC 3629: shortest forms only, no surrogates), 0 when none does. */
    private fun characterLength(place: Int): Int {
        val first = at(place)
        val length = when (first) {
            in 0x00..0x7F -> 1
            in 0xC2..0xDF -> 2
            in 0xE0..0xEF -> 3
            in 0xF0..0xF4 -> 4
            else -> return 0
        }
        if (place + length > count) return 0
        if ((1 until length).any { at(place + it) and 0xC0 != 0x80 }) return 0
        val second = if (length > 1) at(place + 1) else 0x80
        val valid = when (first) {
            0xE0 -> second >= 0xA0
            0xED -> second <= 0x9F
            0xF0 -> second >= 0x90
            0xF4 -> second <= 0x8F
            else -> true
        }
        return if (valid) length else 0
    }

    private fun codePoint(place: Int, length: Int): Int {
        if (length == 1) return at(place)
        val first = at(place) and (0xFF shr (length + 1))
        return (1 until length).fold(first) { code, i -> code shl 6 or (at(place + i) and 0x3F) }
    }
}
