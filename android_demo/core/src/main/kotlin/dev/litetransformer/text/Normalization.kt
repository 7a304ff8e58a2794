package dev.litetransformer.text

/**
 * The NFKC form of [text] in the Unicode version that training uses (docs/text.md), the same on every JVM and phone. A lone surrogate, which is no
 * character, becomes U+FFFD. Time is linear, but for `n log n` in runs of combining marks.
 */
internal fun nfkc(text: String): String {
    if (text.all { it < FIRST_CHANGED }) return text
    val codes = decompose(text)
    val classes = IntArray(codes.size) { NormalizationTable.combiningClass(codes[it]) }
    order(codes, classes)
    return compose(codes, classes)
}

/** All below U+00A0 is in NFKC whatever stands around it. */
private const val FIRST_CHANGED = '\u00A0'
private const val REPLACEMENT = 0xFFFD

private fun decompose(text: String): IntArray {
    val result = IntList(text.length)
    var i = 0
    while (i < text.length) {
        val code = text.codePointAt(i)
        i += Character.charCount(code)
        when {
            code < FIRST_CHANGED.code -> result.add(code)
            code in 0xD800..0xDFFF -> result.add(REPLACEMENT)
            Hangul.isSyllable(code) -> Hangul.decompose(code, result)
            else -> NormalizationTable.decompose(code, result)
        }
    }
    return result.toArray()
}

/** Canonical ordering: each run of marks by class, marks of one class as they stood. */
private fun order(codes: IntArray, classes: IntArray) {
    var begin = 0
    while (begin < codes.size) {
        if (classes[begin] == 0) {
            begin++
            continue
        }
        var end = begin + 1
        var sorted = true
        while (end < codes.size && classes[end] != 0) {
            sorted = sorted && classes[end - 1] <= classes[end]
            end++
        }
        if (!sorted) sortRun(codes, classes, begin, end)
        begin = end
    }
}

private fun sortRun(codes: IntArray, classes: IntArray, begin: Int, end: Int) {
    val marks = codes.copyOfRange(begin, end)
    val keys = LongArray(end - begin) { classes[begin + it].toLong() shl 32 or it.toLong() }
    keys.sort()
    keys.forEachIndexed { i, key ->
        codes[begin + i] = marks[key.toInt()]
        classes[begin + i] = (key ushr 32).toInt()
    }
}

/** Canonical composition: each character with the last starter, unless one of its class or a starter stands between. */
private fun compose(codes: IntArray, classes: IntArray): String {
    var starter = -1
    var lastClass = 0
    var count = 0
    for (i in codes.indices) {
        val code = codes[i]
        val adjacent = count - 1 == starter
        val composite = if (starter >= 0 && (adjacent || lastClass < classes[i])) composeTwo(codes[starter], code) else -1
        if (composite >= 0) {
            codes[starter] = composite
            continue
        }
        if (classes[i] == 0) starter = count
        lastClass = classes[i]
        codes[count++] = code
    }
    return String(codes, 0, count)
}

private fun composeTwo(first: Int, second: Int): Int {
    val syllable = Hangul.compose(first, second)
    return if (syllable >= 0) syllable else NormalizationTable.compose(first, second)
}

/** Syllables and their letters, by the arithmetic of chapter 3.12 of the Unicode Standard. */
private object Hangul {
    private const val SYLLABLE = 0xAC00
    private const val LEADING = 0x1100
    private const val VOWEL = 0x1161
    private const val TRAILING = 0x11A7
    private const val LEADINGS = 19
    private const val VOWELS = 21
    private const val TRAILINGS = 28

    fun isSyllable(code: Int): Boolean = code - SYLLABLE in 0 until LEADINGS * VOWELS * TRAILINGS

    fun decompose(code: Int, result: IntList) {
        val index = code - SYLLABLE
        result.add(LEADING + index / (VOWELS * TRAILINGS))
        result.add(VOWEL + index % (VOWELS * TRAILINGS) / TRAILINGS)
        if (index % TRAILINGS != 0) result.add(TRAILING + index % TRAILINGS)
    }

    fun compose(first: Int, second: Int): Int {
        val leading = first - LEADING
        val vowel = second - VOWEL
        if (leading in 0 until LEADINGS && vowel in 0 until VOWELS) return SYLLABLE + (leading * VOWELS + vowel) * TRAILINGS
        val trailing = second - TRAILING
        if (isSyllable(first) && (first - SYLLABLE) % TRAILINGS == 0 && trailing in 1 until TRAILINGS) return first + trailing
        return -1
    }
}
