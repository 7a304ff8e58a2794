package dev.litetransformer.paragraphs

/** Sentences written all in capitals, as a model reads them (docs/paragraphs.md). */
internal object Capitals {
    /** A sentence of fewer capitals may be an abbreviation: NO, USA. */
    private const val FEWEST = 4

    /** Small letters that stand among capitals too: 2º PISO, STRAßE. */
    private val UNDECIDED = "ªºß".map { it.code }.toSet()
    private const val I = 'I'.code
    private const val DOTTED_I = 0x130

    /** The small letter of a capital, a single character; any other character as it is. */
    fun lowered(code: Int): Int = if (code != DOTTED_I && Characters.isLetter(code)) Character.toLowerCase(code) else code

    /** A text all in capitals with small letters behind its first letter, but the word I and words with digits; another text as it is. */
    fun inSentenceCase(text: IntArray): IntArray {
        if (text.any { Characters.isSmall(it) && it !in UNDECIDED }) return text // most texts end here, at their second letter
        val count = text.count { lowered(it) != it }
        if (count < FEWEST) return text
        val others = text.count { it !in Characters.SPACES && it !in Characters.PUNCTUATION && !Characters.isDigit(it) }
        if (4 * count < 3 * others) return text // a name in another script
        val first = text.indexOfFirst(Characters::isLetter)
        val written = IntArray(text.size) { if (it == first) text[it] else lowered(text[it]) }
        for (word in words(text)) if (stays(text, word)) text.copyInto(written, word.begin, word.begin, word.end)
        return written
    }

    private fun stays(text: IntArray, word: Range): Boolean =
        (word.begin until word.end).any { Characters.isDigit(text[it]) } || (word.end == word.begin + 1 && text[word.begin] == I)

    /** The runs of letters and digits. */
    private fun words(text: IntArray): List<Range> {
        val found = ArrayList<Range>()
        text.forEachIndexed { place, code ->
            if (Characters.isLetter(code) || Characters.isDigit(code)) {
                val last = found.lastOrNull()
                if (last?.end == place) found[found.lastIndex] = Range(last.begin, place + 1) else found += Range(place, place + 1)
            }
        }
        return found
    }
}
