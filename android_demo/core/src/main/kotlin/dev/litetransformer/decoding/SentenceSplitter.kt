package dev.litetransformer.decoding

import java.util.Locale

/**
 * Finds the sentences of a text by rules that are the same on every device.
 *
 * A sentence ends at a line break; and behind `.`, `!`, `?`, `…` (closing quotes and brackets included) when white space and then no small
 * letter follow; and behind the full stops of Chinese, Japanese, Hindi and Urdu, with or without a space. A `.` behind a known abbreviation,
 * a single letter or a number that begins a sentence (`1. First`) ends none.
 *
 * @param language code of the text's language, such as `en` or `pt-BR`; says which abbreviations are known.
 */
public class SentenceSplitter(language: String) {
    private val abbreviations = Abbreviations(languageOf(language))

    /**
     * A sentence and what stands behind it.
     *
     * @property sentence without white space around it.
     * @property separator the white space between it and the next one, or behind the last one; may be empty.
     */
    public data class Piece(public val sentence: String, public val separator: String)

    /** The sentences of [text], in order; none when it is blank. Joined with their separators they are the text without its leading white space. */
    public fun split(text: String): List<Piece> {
        val pieces = ArrayList<Piece>()
        var begin = skipSpace(text, 0)
        while (begin < text.length) {
            val end = endOfSentence(text, begin)
            val next = skipSpace(text, end)
            pieces += Piece(text.substring(begin, end), text.substring(end, next))
            begin = next
        }
        return pieces
    }

    private fun endOfSentence(text: String, begin: Int): Int {
        var place = begin
        while (place < text.length) {
            val character = text[place]
            if (character in LINE_BREAKS) return trimmed(text, begin, place)
            place++
            if (character in FULL_STOPS || character in CLOSED_FULL_STOPS) {
                val end = skipClosing(text, place)
                if (character in CLOSED_FULL_STOPS || endsAt(text, begin, place - 1, end)) return end
                place = end
            }
        }
        return trimmed(text, begin, place)
    }

    /** Whether the mark at [mark], with what closes it up to [end], ends the sentence that began at [begin]. */
    private fun endsAt(text: String, begin: Int, mark: Int, end: Int): Boolean {
        if (end == text.length) return true
        if (!text[end].isSpace()) return false
        val next = skipSpace(text, end)
        if (next == text.length || text.substring(end, next).any { it in LINE_BREAKS }) return true
        return !firstLetterIsSmall(text, next) && !(text[mark] == '.' && isAbbreviated(text, begin, mark, next))
    }

    private fun firstLetterIsSmall(text: String, place: Int): Boolean {
        var first = place
        while (first < text.length && text[first] in OPENING) first++
        return first < text.length && text[first].isLowerCase()
    }

    private fun isAbbreviated(text: String, begin: Int, mark: Int, next: Int): Boolean {
        var first = mark
        while (first > begin && !text[first - 1].isSpace() && text[first - 1] !in OPENING) first--
        val word = text.substring(first, mark)
        val isInitial = word.length == 1 && word[0].isLetter() && word != "I"
        val isNumbering = first == begin && word.isNotEmpty() && word.all { it.isDigit() }
        return isInitial || isNumbering || abbreviations.has(word.lowercase(Locale.ROOT), beforeNumber = text[next].isDigit())
    }

    private fun skipClosing(text: String, place: Int): Int {
        var end = place
        while (end < text.length && (text[end] in CLOSING || text[end] in FULL_STOPS || text[end] in CLOSED_FULL_STOPS)) end++
        return end
    }

    private fun skipSpace(text: String, place: Int): Int {
        var next = place
        while (next < text.length && text[next].isSpace()) next++
        return next
    }

    private fun trimmed(text: String, begin: Int, end: Int): Int {
        var last = end
        while (last > begin && text[last - 1].isSpace()) last--
        return last
    }

    internal companion object {
        const val LINE_BREAKS = "\n\r\u000B\u000C\u0085\u2028\u2029"
        private const val FULL_STOPS = ".!?…؟"
        private const val CLOSED_FULL_STOPS = "。！？｡।॥۔"
        private const val CLOSING = "\"'”’»›)]}」』】）"
        private const val OPENING = "\"'“‘„‚«‹([{¿¡「『【（"
        private val WITHOUT_SPACES = setOf("zh", "ja", "th", "lo", "km", "my")

        /** Whether spaces stand between the sentences of a language. */
        fun hasSpaces(language: String): Boolean = languageOf(language) !in WITHOUT_SPACES

        fun languageOf(code: String): String = code.substringBefore('-').substringBefore('_').lowercase(Locale.ROOT)

        private fun Char.isSpace(): Boolean = isWhitespace() || this in LINE_BREAKS
    }
}
