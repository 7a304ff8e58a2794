package dev.litetransformer.paragraphs

import dev.litetransformer.paragraphs.Characters.isDigit
import dev.litetransformer.paragraphs.Characters.isLetter
import dev.litetransformer.paragraphs.Characters.isSmall
import java.util.Locale

/**
 * Finds the sentences of a text by rules that are the same on every device (docs/paragraphs.md).
 *
 * A sentence ends at a line break; and behind `.`, `!`, `?`, `…` (closing quotes and brackets included) when white space and then no small
 * letter follow; and behind the full stops of Chinese, Japanese, Hindi and Urdu, with or without a space. A `.` behind a known abbreviation,
 * a single letter or a number that begins a sentence (`1. First`) ends none. Tags, placeholders, URLs and e-mail addresses are never cut.
 *
 * @param language code of the text's language, such as `en` or `pt-BR`; says which abbreviations are known.
 */
public class SentenceSplitter(language: String) {
    private val abbreviations = Abbreviations(languageOf(language))

    /**
     * A sentence and what stands behind it.
     *
     * @property sentence without white space around it.
     * @property separator white space, and tags that end sentences, between it and the next one, or behind the last one; may be empty.
     */
    public data class Piece(public val sentence: String, public val separator: String)

    /** The sentences of [text], in order; none when it is blank. Joined with their separators they are the text but what precedes the first one. */
    public fun split(text: String): List<Piece> {
        val cells = Markup.read(text)
        val ranges = ranges(cells)
        return ranges.mapIndexed { number, range ->
            val next = if (number < ranges.lastIndex) ranges[number + 1].begin else cells.size
            Piece(cells.subList(range.begin, range.end).raw(), cells.subList(range.end, next).raw())
        }
    }

    /** Where each sentence stands. */
    internal fun ranges(cells: List<Cell>): List<Range> {
        val found = ArrayList<Range>()
        var begin = cells.skip(0) { it.isSpace || it.isBreak }
        while (begin < cells.size) {
            val end = endOfSentence(cells, begin)
            found += Range(begin, end)
            begin = cells.skip(end) { it.isSpace || it.isBreak }
        }
        return found
    }

    private fun endOfSentence(cells: List<Cell>, begin: Int): Int {
        var place = begin
        while (place < cells.size && !cells[place].isBreak) {
            val mark = place++
            if (cells[mark].isMark) {
                place = skipClosing(cells, place)
                val isClosed = (mark until place).any { cells[it].isClosedMark }
                if (isClosed || endsAt(cells, begin, mark, place)) return place
            }
        }
        return cells.trimmedEnd(begin, place)
    }

    /** Whether the mark at [mark], with what closes it up to [end], ends the sentence that began at [begin]. */
    private fun endsAt(cells: List<Cell>, begin: Int, mark: Int, end: Int): Boolean {
        if (end == cells.size || cells[end].isBreak) return true
        if (!cells[end].isSpace) return false
        val next = cells.skip(end) { it.isSpace }
        if (next == cells.size || (end..next).any { cells[it].isBreak }) return true
        return !beginsSmall(cells, next) && !(cells[mark].code == '.'.code && isAbbreviated(cells, begin, mark, next))
    }

    private fun beginsSmall(cells: List<Cell>, place: Int): Boolean {
        val first = cells.skip(place) { it.isOpening }
        return first < cells.size && isSmall(cells[first].code)
    }

    private fun isAbbreviated(cells: List<Cell>, begin: Int, mark: Int, next: Int): Boolean {
        var first = mark
        while (first > begin && cells[first - 1].let { it.kind == Kind.TEXT && !it.isSpace && !it.isOpening }) first--
        val word = cells.subList(first, mark)
        if (word.size == 1 && isLetter(word[0].code) && word[0].code != 'I'.code) return true
        if (word.isNotEmpty() && word.all { isDigit(it.code) }) {
            return (begin until first).all { cells[it].isOpening } || (abbreviations.hasOrdinals && word.size <= 2)
        }
        val letters = buildString { word.forEach { appendCodePoint(it.code) } }.lowercase(Locale.ROOT)
        return abbreviations.has(letters, beforeNumber = isDigit(cells[next].code))
    }

    /** The end of the quotes, brackets, closing tags and further marks behind a mark. */
    private fun skipClosing(cells: List<Cell>, place: Int): Int {
        var end = place
        while (end < cells.size) {
            end += when {
                cells[end].isClosing || cells[end].isMark -> 1
                cells[end].code in NARROW_SPACES && isSpacedQuote(cells, end + 1) -> 2
                else -> return end
            }
        }
        return end
    }

    /** Whether a French closing quote, which has a space in front, stands here: white space or the end follows it. */
    private fun isSpacedQuote(cells: List<Cell>, place: Int): Boolean {
        if (place >= cells.size || cells[place].code !in SPACED_QUOTES) return false
        return place + 1 == cells.size || cells[place + 1].isSpace || cells[place + 1].isBreak
    }

    internal companion object {
        private val NARROW_SPACES = setOf(0x20, 0xA0, 0x202F)
        private val SPACED_QUOTES = setOf('»'.code, '›'.code)
        private val WITHOUT_SPACES = setOf("zh", "ja", "th", "lo", "km", "my")

        /** Whether spaces stand between the sentences of a language. */
        fun hasSpaces(language: String): Boolean = languageOf(language) !in WITHOUT_SPACES

        fun languageOf(code: String): String = code.substringBefore('-').substringBefore('_').lowercase(Locale.ROOT)
    }
}

/** Places of cells, the last one excluded. */
internal class Range(val begin: Int, val end: Int)

/** The first place from [place] on whose cell is not of a kind. */
internal inline fun List<Cell>.skip(place: Int, isOfKind: (Cell) -> Boolean): Int {
    var next = place
    while (next < size && isOfKind(this[next])) next++
    return next
}

/** [end] without the white space in front of it. */
internal fun List<Cell>.trimmedEnd(begin: Int, end: Int): Int {
    var last = end
    while (last > begin && this[last - 1].isSpace) last--
    return last
}
