package dev.litetransformer.text

/**
 * Normalises texts as SentencePiece does by the rules of a model's own.
 *
 * @param map the rules for characters; without them characters stay.
 * @param whole pieces that stay as they are wherever they stand in a text, or none.
 */
internal class PieceNormalizer(private val proto: ModelProto, private val map: CharacterMap?, private val whole: PieceTrie?) {
    private val space = if (proto.escapesSpaces) PIECE_SPACE else ' '

    /** The normalised form of a text without lone surrogates. */
    fun normalize(text: String): String {
        val reader = Reader(text)
        var part = reader.next()
        if (proto.removesSpaces) while (part == " ") part = reader.next()
        if (part == null) return ""
        val result = StringBuilder(text.length + 1)
        if (proto.dummyPrefix && !proto.whitespaceAsSuffix) result.append(space)
        var afterSpace = proto.removesSpaces
        while (part != null) {
            val kept = if (afterSpace) part.trimStart(' ') else part
            result.append(if (proto.escapesSpaces) kept.replace(' ', PIECE_SPACE) else kept)
            if (kept.isNotEmpty()) afterSpace = proto.removesSpaces && kept.endsWith(' ')
            part = reader.next()
        }
        if (proto.removesSpaces) while (result.endsWith(space)) result.setLength(result.length - 1)
        if (proto.dummyPrefix && proto.whitespaceAsSuffix) result.append(space)
        return result.toString()
    }

    /** Reads a text part by part: a whole piece, what a rule reads, or one character. */
    private inner class Reader(private val text: String) {
        private val bytes = if (map == null) ByteArray(0) else text.toByteArray(Charsets.UTF_8)

        /** Place in the bytes, and in the text. */
        private var place = 0
        private var unit = 0

        /** What the next part becomes; null at the end. */
        fun next(): String? {
            if (unit >= text.length) return null
            val begin = unit
            val kept = whole?.longest(text, begin) ?: begin
            if (kept > begin) {
                while (unit < kept) skipCharacter()
                return text.substring(begin, kept)
            }
            val found = map?.longest(bytes, place) ?: 0L
            if (found == 0L) {
                skipCharacter()
                return text.substring(begin, unit)
            }
            val end = place + (found ushr 32).toInt()
            while (place < end) skipCharacter()
            return map?.text(found.toInt())
        }

        private fun skipCharacter() {
            val code = text.codePointAt(unit)
            unit += Character.charCount(code)
            place += if (code < 0x80) 1 else if (code < 0x800) 2 else if (code < 0x10000) 3 else 4
        }
    }

    companion object {
        const val PIECE_SPACE = '\u2581'
    }
}
