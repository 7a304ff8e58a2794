package dev.litetransformer.text

/** Which characters docs/text.md reads as a space, and which it drops. */
internal object Characters {
    /** White space to Python's `str.split()`; none of it lies beyond the Basic Multilingual Plane. */
    fun isSpace(unit: Char): Boolean =
        when (unit) {
            in '\t'..'\r', in '\u001C'..' ', '\u0085', '\u00A0', '\u1680', in '\u2000'..'\u200A', '\u2028', '\u2029', '\u202F', '\u205F', '\u3000' -> true
            else -> false
        }

    /** Calls [action] with each word of [text], in Python's `str.split()`: what stands between white space. */
    inline fun forEachWord(text: String, action: (String) -> Unit) {
        var begin = 0
        while (true) {
            while (begin < text.length && isSpace(text[begin])) begin++
            if (begin == text.length) return
            var end = begin
            while (end < text.length && !isSpace(text[end])) end++
            action(text.substring(begin, end))
            begin = end
        }
    }

    /** The text with U+FFFD in place of lone surrogates. */
    fun wellFormed(text: String): String {
        if (text.none { it.isSurrogate() }) return text
        val result = StringBuilder(text.length)
        var i = 0
        while (i < text.length) {
            val code = text.codePointAt(i)
            if (code in SURROGATES) result.append(REPLACEMENT) else result.appendCodePoint(code)
            i += Character.charCount(code)
        }
        return result.toString()
    }

    /** Control characters that are no white space, and characters without a glyph that say nothing. */
    private fun isInvisible(code: Int): Boolean =
        when (code) {
            in 0x00..0x08, in 0x0E..0x1B, in 0x7F..0x84, in 0x86..0x9F -> true
            0xAD, 0x34F, 0x61C, 0x17B4, 0x17B5, 0x200B, 0x200E, 0x200F, in 0x202A..0x202E, in 0x2060..0x206F, in 0xFE00..0xFE0D, 0xFEFF -> true
            in 0xFFF0..0xFFFB, in 0x1BCA0..0x1BCA3, in 0x1D173..0x1D17A, in 0xE0000..0xE0FFF -> true
            else -> false
        }

    /** The text without invisible characters, U+FFFD in place of lone surrogates. */
    fun visible(text: String): String = rewrite(text) { it }

    /** The same with a space for each white space and for U+2581, which stands for a space in pieces. */
    fun readable(text: String): String = rewrite(text) { if (it == PIECE_SPACE || isSpace(it)) ' ' else it }

    /** Drops invisible characters and replaces the other ones of the Basic Multilingual Plane. */
    private inline fun rewrite(text: String, replaced: (Char) -> Char): String {
        if (text.all { it in ' '..'~' }) return text
        val result = StringBuilder(text.length)
        var i = 0
        while (i < text.length) {
            val code = text.codePointAt(i)
            var end = i + Character.charCount(code)
            if (code == BLACK_FLAG) end = endOfFlag(text, end)
            when {
                isInvisible(code) -> Unit
                code in SURROGATES -> result.append(REPLACEMENT) // before what separates two of them is dropped
                end - i == 1 -> result.append(replaced(text[i]))
                else -> result.append(text, i, end)
            }
            i = end
        }
        return result.toString()
    }

    /** Where the flag of a region ends, such as England's: a black flag, tags, and the tag that ends them. */
    private fun endOfFlag(text: String, begin: Int): Int {
        var i = begin
        while (i < text.length && text.codePointAt(i) in FIRST_TAG until LAST_TAG) i += 2
        return if (i > begin && i < text.length && text.codePointAt(i) == LAST_TAG) i + 2 else begin
    }

    private val SURROGATES = 0xD800..0xDFFF
    private const val REPLACEMENT = '\uFFFD'
    private const val PIECE_SPACE = '\u2581'
    private const val BLACK_FLAG = 0x1F3F4
    private const val FIRST_TAG = 0xE0020
    private const val LAST_TAG = 0xE007F
}
