package dev.litetransformer.decoding

import dev.litetransformer.text.SentencePieceVocabulary
import dev.litetransformer.text.Vocabulary

/**
 * Turns ids that come one by one into pieces of text; a character whose bytes have not all come is held back.
 *
 * @param before ids of the text in front, which is not given out again.
 */
internal class TextStream(private val vocabulary: Vocabulary, before: IntArray) {
    private val pieces = vocabulary as? SentencePieceVocabulary
    private var ids = before
    private var given = vocabulary.decode(before)

    /** The text that this token makes certain; it may be empty. */
    fun push(token: Int): String {
        ids += token
        return if (endsWithinCharacter()) "" else flush()
    }

    /** All text that has not been given out; an unfinished character becomes U+FFFD. */
    fun flush(): String {
        val text = vocabulary.decode(ids)
        return text.drop(given.length).also { given = text }
    }

    /** Whether the ids end with bytes of a character that further bytes could complete. */
    private fun endsWithinCharacter(): Boolean {
        for (length in 1..MAXIMUM_UNFINISHED) {
            val byte = byteFromEnd(length)
            if (byte < CONTINUATION) return false
            if (byte >= LEAD) return byte <= LAST_LEAD && length < bytesOfCharacter(byte)
        }
        return false
    }

    /** The byte of the token so far from the end, 1 being the last; -1 when it is no byte. */
    private fun byteFromEnd(length: Int): Int {
        val piece = if (pieces == null || length > ids.size) return -1 else pieces.piece(ids[ids.size - length])
        return BYTE_PIECE.matchEntire(piece)?.groupValues?.get(1)?.toInt(HEXADECIMAL) ?: -1
    }

    private fun bytesOfCharacter(lead: Int): Int = when {
        lead < LEAD_OF_THREE -> 2
        lead < LEAD_OF_FOUR -> 3
        else -> 4
    }

    private companion object {
        val BYTE_PIECE = Regex("<0x([0-9A-F]{2})>")
        const val HEXADECIMAL = 16
        const val MAXIMUM_UNFINISHED = 3
        const val CONTINUATION = 0x80
        const val LEAD = 0xC0
        const val LEAD_OF_THREE = 0xE0
        const val LEAD_OF_FOUR = 0xF0
        const val LAST_LEAD = 0xF4
    }
}
