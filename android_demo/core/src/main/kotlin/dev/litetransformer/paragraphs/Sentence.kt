package dev.litetransformer.paragraphs

/**
 * A sentence, or a part of one: what the model reads of it, and its spans put into the translation (docs/paragraphs.md).
 *
 * @param cells its cells.
 * @param isUnreadable whether it is one character of more tokens than the model reads.
 */
internal class Sentence(cells: List<Cell>, isUnreadable: Boolean = false) {
    private val parts = Parts(cells)
    private val spans = parts.spans
    private val units: List<Range>

    /** As it is written in the text. */
    val raw: String = cells.raw()

    /** What the model reads: no spans, characters in place of entities, and not all in capitals. */
    val plain: String = parts.plain

    /** Whether no model reads it: it is unreadable, or holds nothing but spans and punctuation. */
    val isCopied: Boolean

    init {
        val codes = codePoints(plain)
        units = units(codes)
        isCopied = isUnreadable || (spans.isNotEmpty() && units.none { codes[it.begin] !in Characters.PUNCTUATION })
    }

    /**
     * A translation of [plain] with every span in its place.
     *
     * @param escaped whether `&`, `<`, `>` and no-break spaces of the translation become entities.
     */
    fun answer(translation: String, escaped: Boolean): String {
        if (spans.isEmpty() && !escaped) return translation
        val codes = codePoints(translation)
        val written = StringBuilder()
        var place = 0
        fun writeTo(end: Int) {
            val text = String(codes, place, end - place)
            written.append(if (escaped) Entities.escape(text) else text)
            place = end
        }
        places(codes).forEachIndexed { number, target ->
            writeTo(target)
            written.append(spans[number].spaced(written, codes.getOrNull(target)))
        }
        writeTo(codes.size)
        return written.toString()
    }

    /** The place of each span in a translation, in ascending order. */
    private fun places(translation: IntArray): List<Int> {
        val target = units(translation)
        var openedBefore = Int.MAX_VALUE
        var opened = 0
        var last = 0
        return spans.map { span ->
            val before = unitsBefore(span)
            var mapped = mapped(before, target.size)
            if (span.kind == Kind.CLOSE && before > openedBefore) mapped = maxOf(mapped, minOf(opened + 1, target.size))
            if (span.kind == Kind.OPEN) {
                openedBefore = before
                opened = mapped
            }
            val place = when {
                span.kind == Kind.OPEN -> if (mapped < target.size) target[mapped].begin else translation.size
                else -> if (mapped > 0) target[mapped - 1].end else 0
            }
            last = maxOf(last, place)
            last
        }
    }

    /** Units of the sentence in front of a span; one around it counts, unless the span is an opening tag. */
    private fun unitsBefore(span: Span): Int {
        val found = if (span.kind == Kind.OPEN) units.indexOfFirst { it.end > span.offset } else units.indexOfFirst { it.begin >= span.offset }
        return if (found < 0) units.size else found
    }

    /** The same part of a translation of [count] units; not its edge for a span inside the sentence. */
    private fun mapped(before: Int, count: Int): Int {
        val total = units.size
        if (before == 0) return 0
        if (before == total) return count
        val mapped = ((2L * before * count + total) / (2L * total)).toInt()
        return if (count > 1) mapped.coerceIn(1, count - 1) else mapped
    }

    companion object {
        /** What the model reads of some cells. */
        fun plain(cells: List<Cell>): String = Parts(cells).plain

        /** The units of a text: words, single ideographs, single punctuation marks. */
        fun units(text: IntArray): List<Range> {
            val found = ArrayList<Range>()
            var isOpen = false // whether the last unit is a word that may go on
            text.forEachIndexed { place, code ->
                val last = found.lastOrNull()
                val isSingle = code in Characters.PUNCTUATION || Characters.isIdeograph(code)
                val joins = last != null && last.end == place && code in Characters.JOINING
                when {
                    code in Characters.SPACES -> isOpen = false
                    last != null && (joins || (isOpen && !isSingle)) -> found[found.lastIndex] = Range(last.begin, place + 1)
                    else -> {
                        found += Range(place, place + 1)
                        isOpen = !isSingle
                    }
                }
            }
            return found
        }
    }
}

/**
 * A span that was taken out of a sentence.
 *
 * @property offset number of characters of the plain text in front of it.
 * @property isApartInFront whether white space, or an ideograph, stands in front of it; [isApartBehind] likewise.
 */
internal class Span(val raw: String, val kind: Kind, val offset: Int, private val isApartInFront: Boolean, private val isApartBehind: Boolean) {
    /** The span with the spaces that it needs between the text before it and the character behind it, null for none. */
    fun spaced(before: CharSequence, after: Int?): String {
        val front = isApartInFront && before.isNotEmpty() && needsSpace(Character.codePointBefore(before, before.length))
        val back = isApartBehind && after != null && needsSpace(after) && after !in Characters.PUNCTUATION
        return (if (front) " " else "") + raw + (if (back) " " else "")
    }

    private fun needsSpace(neighbour: Int) = neighbour !in Characters.SPACES && !Characters.isIdeograph(neighbour)
}

/** The plain text of some cells, and the spans in it. */
private class Parts(cells: List<Cell>) {
    val spans = ArrayList<Span>()
    val plain: String

    private val codes = ArrayList<Int>()

    init {
        var place = 0
        for (word in words(cells)) {
            take(cells.subList(place, word.begin))
            if (cells.getOrNull(word.end)?.code in BEHIND_A_WORD) dropSpaces()
            val written = cells.subList(word.begin, word.end).raw()
            spans += Span(written, Kind.WORD, codes.size, isApart(cells.getOrNull(word.begin - 1)), isApart(cells.getOrNull(word.end)))
            place = word.end
        }
        take(cells.subList(place, cells.size))
        dropSpaces()
        plain = buildString { Capitals.inSentenceCase(codes.toIntArray()).forEach { appendCodePoint(it) } }
    }

    /** Moves cells to the plain text and the spans; white space on both sides of a span is left once. */
    private fun take(cells: List<Cell>) = cells.forEach { cell ->
        if (cell.kind != Kind.TEXT) {
            spans += Span(cell.raw, cell.kind, codes.size, isApartInFront = false, isApartBehind = false)
        } else if (!(cell.isSpace && spans.lastOrNull()?.offset == codes.size && endsInSpace())) {
            codes += cell.code
        }
    }

    private fun endsInSpace() = codes.isEmpty() || codes.last() in Characters.SPACES

    private fun dropSpaces() {
        while (codes.isNotEmpty() && codes.last() in Characters.SPACES) codes.removeAt(codes.lastIndex)
    }

    private companion object {
        val BEHIND_A_WORD = with(Characters) { MARKS + CLOSED_MARKS + CLAUSE_MARKS + CLOSED_CLAUSE_MARKS + CLOSING }

        /** Each span that stands for a word, with the brackets, quotes and tags that enclose it alone. */
        fun words(cells: List<Cell>): List<Range> {
            val found = ArrayList<Range>()
            cells.forEachIndexed { place, cell ->
                if (cell.kind == Kind.WORD) {
                    val first = found.lastOrNull()?.end ?: 0
                    var begin = place
                    var end = place + 1
                    while (begin > first && end < cells.size && encloses(cells[begin - 1], cells[end])) {
                        begin--
                        end++
                    }
                    found += Range(begin, end)
                }
            }
            return found
        }

        fun encloses(opening: Cell, closing: Cell): Boolean =
            if (opening.kind == Kind.OPEN) closing.kind == Kind.CLOSE else Characters.PAIRS[opening.code]?.let { it == closing.code } ?: false

        fun isApart(cell: Cell?): Boolean = cell != null && (cell.isSpace || Characters.isIdeograph(cell.code))
    }
}
