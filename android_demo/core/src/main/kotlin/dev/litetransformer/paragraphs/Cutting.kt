package dev.litetransformer.paragraphs

/**
 * Cuts sentences that have more tokens than the model reads (docs/paragraphs.md).
 *
 * @param limit greatest number of tokens.
 * @param tokens counts the tokens of what the model reads of some cells.
 */
internal class Cutter(private val limit: Int, private val tokens: (List<Cell>) -> Int) {
    /** The parts of a sentence, each of at most [limit] tokens. */
    fun cut(cells: List<Cell>, sentence: Range): List<Range> {
        val parts = ArrayList<Range>()
        var begin = sentence.begin
        while (begin < sentence.end) {
            val end = if (fits(cells, begin, sentence.end)) sentence.end else place(cells, begin, sentence.end)
            parts += Range(begin, end)
            begin = if (end == sentence.end) end else cells.skip(end) { it.isSpace }
        }
        return parts
    }

    /** Whether a part has too many tokens although it cannot be cut: it is one character. */
    fun isUnreadable(cells: List<Cell>, part: Range): Boolean = part.end == part.begin + 1 && !fits(cells, part.begin, part.end)

    /** Where a sentence that is too long is cut first. */
    private fun place(cells: List<Cell>, begin: Int, end: Int): Int {
        val looked = minOf(end, begin + CHARACTERS_PER_TOKEN * limit + 1) // more is too long without being looked at
        val places = (begin + 1 until looked).asSequence()
        val clause = last(cells, begin, places.filter { endsClause(cells, begin, it) })
        if (clause != null && 4 * (count(cells, begin, clause) ?: 0) >= limit) return clause
        return last(cells, begin, places.filter { cells[it].isSpace && !cells[it - 1].isSpace })
            ?: last(cells, begin, places.filter { cells[it].code !in Characters.JOINING && cells[it - 1].code != Characters.JOINER })
            ?: (begin + 1) // one character alone has too many tokens
    }

    /** The place before the first one that has too many tokens in front of it. */
    private fun last(cells: List<Cell>, begin: Int, places: Sequence<Int>): Int? = places.takeWhile { fits(cells, begin, it) }.lastOrNull()

    private fun endsClause(cells: List<Cell>, begin: Int, place: Int): Boolean {
        if (cells[place - 1].code in Characters.CLOSED_CLAUSE_MARKS) return true
        if (!cells[place].isSpace) return false
        var mark = place - 1
        while (mark > begin && cells[mark].isClosing) mark--
        return cells[mark].code in MARKS_OF_PARTS
    }

    private fun fits(cells: List<Cell>, begin: Int, end: Int): Boolean = count(cells, begin, end) != null

    /** Tokens between two places; null when there are too many. */
    private fun count(cells: List<Cell>, begin: Int, end: Int): Int? {
        if (end - begin > CHARACTERS_PER_TOKEN * limit) return null
        return tokens(cells.subList(begin, end)).takeIf { it <= limit }
    }

    private companion object {
        /** A text of more characters than this times the limit is too long without being counted. */
        const val CHARACTERS_PER_TOKEN = 64
        val MARKS_OF_PARTS = Characters.CLAUSE_MARKS + Characters.MARKS - '.'.code
    }
}
