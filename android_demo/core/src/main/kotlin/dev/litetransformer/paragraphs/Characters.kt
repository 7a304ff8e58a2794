package dev.litetransformer.paragraphs

/** The classes of characters of docs/paragraphs.md. */
internal object Characters {
    val LINE_BREAKS = codes("\n\r\u000B\u000C\u0085\u2028\u2029")
    val SPACES = LINE_BREAKS + codes("\t\u001C\u001D\u001E\u001F \u00A0\u1680\u202F\u205F\u3000") + (0x2000..0x200A)
    private val INVISIBLE = codes("\u00AD\u061C\u180E\u200B\u200E\u200F\uFEFF") + (0x202A..0x202E) + (0x2060..0x2064) + (0x2066..0x2069)
    val MARKS = codes(".!?…؟‼⁇⁈⁉")
    val CLOSED_MARKS = codes("。！？｡।॥۔։።။។")
    val CLAUSE_MARKS = codes(",;:–—،؛")
    val CLOSED_CLAUSE_MARKS = codes("，、；：､")
    private val APOSTROPHES = codes("'’")
    private val QUOTES = APOSTROPHES + codes("\"“”‘„‚«»‹›")
    val CLOSING = QUOTES + INVISIBLE + codes(")]}」』】）》〉")
    val OPENING = QUOTES + INVISIBLE + codes("([{¿¡「『【（《〈")
    val PUNCTUATION = MARKS + CLOSED_MARKS + CLAUSE_MARKS + CLOSED_CLAUSE_MARKS + (OPENING + CLOSING - APOSTROPHES) + codes("<>")

    /** Opening character to the one that closes it. */
    val PAIRS = "([{<\"'“‘„‚«‹»›「『【（《〈".zip(")]}>\"'”’“‘»›«‹」』】）》〉") { opening, closing -> opening.code to closing.code }.toMap()

    const val JOINER = 0x200D

    /** Characters that belong to the one before them. */
    val JOINING = setOf(JOINER) + (0x300..0x36F) + (0xFE00..0xFE0F) + (0x1F3FB..0x1F3FF)

    fun isSmall(code: Int): Boolean = isCased(code) && Character.isLowerCase(code)

    /** Whether it is a letter of a script that has capital letters in sentences. */
    fun isLetter(code: Int): Boolean = isCased(code) && Character.isLetter(code)

    fun isDigit(code: Int): Boolean = code in 0..0xFFFF && Character.isDigit(code)

    /** Whether it is a word of its own: Chinese characters and kana. */
    fun isIdeograph(code: Int): Boolean = code in 0x2E80..0x9FFF || code in 0xF900..0xFAFF || code in 0xFF66..0xFF9F || code in 0x20000..0x3FFFF

    private fun isCased(code: Int) = code in 'A'.code..0x24F || code in 0x370..0x58F || code in 0x1E00..0x1FFF

    private fun codes(characters: String): Set<Int> = characters.map { it.code }.toSet()
}

/** The code points of a text; a lone surrogate is one. */
internal fun codePoints(text: String): IntArray {
    val codes = IntArray(text.codePointCount(0, text.length))
    var place = 0
    for (number in codes.indices) {
        codes[number] = text.codePointAt(place)
        place += Character.charCount(codes[number])
    }
    return codes
}
