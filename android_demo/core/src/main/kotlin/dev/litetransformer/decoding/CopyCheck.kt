package dev.litetransformer.decoding

import java.util.Locale

/**
 * Something in a text that an answer must copy (docs/trust.md).
 *
 * @property text as it stands there.
 * @property key kind and value: items with equal keys are equal.
 * @property forms other ways of writing it, each a list of keys.
 */
internal class Item(val text: String, val key: String, val forms: List<List<String>> = emptyList())

/** What an answer must copy from its source: numbers, times, currency signs, codes, addresses. Python's `decoding/copying.py`. */
internal object CopyCheck {
    private const val BEGIN = "(?<![A-Za-z0-9])"
    private const val END = "(?![A-Za-z0-9])"
    private const val REST = "[^ \\x00-\\x1f<>\"]*[A-Za-z0-9/]"
    private const val GROUPED = "[1-9][0-9]{0,2}(?:[ '][0-9]{3}){1,8}(?:[.,][0-9]+)?" +
        "|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,8}(?:\\.[0-9]+)?" +
        "|[1-9][0-9]{0,2}(?:\\.[0-9]{3}){1,8}(?:,[0-9]+)?"

    /** Kinds of items and their patterns; where several begin, the first of this list counts. A time has four groups, a number one. */
    internal val PATTERNS = mapOf(
        "url" to "$BEGIN(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ww][Ww][Ww]\\.)$REST",
        "email" to "$BEGIN[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]*[A-Za-z0-9]){1,8}",
        "domain" to "(?<![A-Za-z0-9@.-])(?:[a-z0-9][a-z0-9-]*\\.){1,8}(?:com|org|net|edu|gov|info|io|eu|de|fr|uk)$END(?:/$REST)?",
        "phone" to "(?<![A-Za-z0-9+])(?<![0-9][./-])(?![0-9]{2}[./-][0-9]{2}[./-][0-9]{2,4}(?![./-]?[A-Za-z0-9]))" +
            "(?:\\+[0-9]{1,4}(?:[ ./-][0-9]{1,8}){2,6}|0[0-9]{1,4}(?:[ ./-][0-9]{2,8}){2,6}|0[0-9]{2,4}[ /-][0-9]{5,8})$END",
        "time" to "$BEGIN([01]?[0-9]|2[0-4])(?::([0-5][0-9])(?::([0-5][0-9]))?| ?[hH](?: ?([0-5][0-9]))?| ?[aApP]\\.?[mM])$END",
        "number" to "$BEGIN($GROUPED|[0-9]+(?:[.,][0-9]+){0,8})(?:-?[a-z]+(?:-[a-z]+){0,4})?$END",
        "code" to "$BEGIN(?:[A-Za-z]+[-_]){0,4}[A-Za-z]*[0-9][A-Za-z0-9]*(?:[-_](?:[A-Z]+$END|[A-Za-z]*[0-9][A-Za-z0-9]*)|\\.[0-9][A-Za-z0-9]*){0,8}",
        "sign" to "\\$",
    )
    private val anyItem = Regex(PATTERNS.values.joinToString("|") { "($it)" })
    private const val URL = 1
    private const val EMAIL = 2
    private const val DOMAIN = 3
    private const val PHONE = 4
    private const val TIME = 5
    private const val NUMBER = 10
    private const val CODE = 12

    private val grouped = Regex(GROUPED)
    private val noDigits = Regex("[^0-9]")
    private val digits = Regex("[0-9]+")

    /** Keys of items that another language may write as words. */
    private val wordable = Regex("n(?:[0-9]|1[0-9]|[1-9]0+)|t[0-9]+:(?:00|15|30|45)")

    /** The text with one ASCII character for each of its characters, so that patterns mean the same everywhere. */
    fun shape(text: String): String = String(CharArray(text.length) { shapeOf(text[it]) })

    private fun shapeOf(character: Char): Char = when {
        character in SPACES -> ' '
        character < '\u0080' -> character
        character == '\u2019' -> '\''
        character in HYPHENS -> '-'
        else -> when (Character.getType(character).toByte()) {
            Character.DECIMAL_DIGIT_NUMBER -> '0' + Character.digit(character, 10)
            Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> 'X'
            Character.LOWERCASE_LETTER -> 'x'
            Character.CURRENCY_SYMBOL -> '$'
            else -> OTHER
        }
    }

    /** The items of a text, in their order. */
    fun items(text: String): List<Item> {
        val shape = shape(text)
        return anyItem.findAll(shape).map { item(text.substring(it.range), it) }.toList()
    }

    private fun item(text: String, found: MatchResult): Item {
        val groups = found.groups
        return when {
            groups[URL] != null || groups[DOMAIN] != null -> Item(text, "x$text")
            groups[EMAIL] != null -> Item(text, "x${text.lowercase(Locale.ROOT)}")
            groups[PHONE] != null -> phone(text, found.value)
            groups[TIME] != null -> time(text, List(4) { groups[TIME + 1 + it]?.value })
            groups[NUMBER] != null -> number(text, groups[NUMBER + 1]!!.value)
            groups[CODE] != null -> code(text, found.value)
            else -> Item(text, "s$text")
        }
    }

    private fun phone(text: String, shape: String): Item {
        val groups = digits.findAll(shape).map { it.value }.toList()
        return Item(text, groups.joinToString("", prefix = if (shape[0] == '+') "x+" else "x"), listOf(groups.map { number(it) }))
    }

    private fun code(text: String, shape: String): Item {
        val key = String(CharArray(text.length) { if (shape[it] in '0'..'9') shape[it] else text[it] })
        return Item(text, "x${key.lowercase(Locale.ROOT)}", listOf(digits.findAll(shape).map { number(it.value) }.toList()))
    }

    /** The key of a whole number: two digits with a zero in front are the number behind it; longer ones keep their zeros. */
    private fun number(digits: String): String = "n" + whole(digits)

    private fun whole(digits: String): String = if (digits.length == 2 && digits[0] == '0') digits.substring(1) else digits

    private fun decimal(digits: String, fraction: String): String {
        val kept = fraction.trimEnd('0')
        return if (kept.isEmpty()) number(digits) else "${number(digits)}.$kept"
    }

    private fun number(text: String, digits: String): Item {
        val parts = noDigits.split(digits)
        if (parts.size == 1) return Item(text, number(digits))
        if (grouped.matches(digits)) return grouped(text, digits, parts)
        val key = if (parts.size == 2) decimal(parts[0], parts[1]) else "n" + parts.joinToString(".")
        return Item(text, key, listOf(parts.map { number(it) }))
    }

    private fun grouped(text: String, digits: String, parts: List<String>): Item {
        val marks = digits.filter { it !in '0'..'9' }
        val isDecimal = marks.last() in ".," && (parts.last().length != 3 || marks.toSet().size > 1)
        val fraction = if (isDecimal) parts.last() else ""
        val groups = if (isDecimal) parts.dropLast(1) else parts
        val key = decimal(groups.joinToString(""), fraction)
        if (' ' !in marks) return Item(text, key)
        return Item(text, key, listOf(groups.dropLast(1).map { number(it) } + decimal(groups.last(), fraction)))
    }

    private fun time(text: String, found: List<String?>): Item {
        val written = found[0]!!.toInt()
        val hours = listOf(written, written % 12, written % 12 + 12).distinct().map { it.toString() }
        val minute = found[1] ?: found[3] ?: "00"
        val second = found[2]
        val key = "t${written % 12}:$minute"
        if (second != null) return Item(text, "$key:$second", hours.map { listOf(number(it), number(minute), number(second)) })
        if (minute == "00") return Item(text, key, hours.map { listOf(number(it)) })
        return Item(text, key, hours.map { listOf(number(it), number(minute)) } + hours.map { listOf(decimal(it, minute)) })
    }

    private class Entry(val key: String, val text: String, val place: Int) {
        val isNumber get() = key[0] == 'n' || key[0] == 't'
        val isSign get() = key[0] == 's'
        val isWordable get() = wordable.matches(key)

        /** Digits of the number or the hour. */
        val size get() = key.substring(1).substringBefore(':')
    }

    /** An item that the other text has only in another form counts in that form. */
    private fun entries(items: List<Item>, others: List<Item>): List<Entry> {
        val known = others.mapTo(HashSet()) { it.key }
        val keys = items.flatMap { item ->
            val form = if (item.key in known) null else item.forms.firstOrNull { known.containsAll(it) && it.isNotEmpty() }
            (form ?: listOf(item.key)).map { it to item.text }
        }
        return keys.mapIndexed { place, (key, text) -> Entry(key, text, place) }
    }

    /** The entries that [others] does not have as often. */
    private fun without(entries: List<Entry>, others: List<Entry>): List<Entry> {
        val left = others.groupingBy { it.key }.eachCountTo(HashMap())
        return entries.filter { entry ->
            val count = left[entry.key] ?: 0
            if (count > 0) left[entry.key] = count - 1
            count == 0
        }
    }

    /** Texts of the source's items that the answer lacks, each as often as it lacks it. */
    fun missing(source: List<Item>, answer: List<Item>): List<String> {
        val wanted = entries(source, answer)
        val given = entries(answer, source)
        val lacking = without(wanted, given)
        val added = without(given, wanted)
        val words = lacking.filter { it.isWordable }
        val signs = lacking.filter { it.isSign }
        val other = lacking.filter { !it.isWordable && !it.isSign }
        val numbers = added.count { it.isNumber } - other.count { it.isNumber }
        val greatest = words.sortedWith(compareBy({ it.size.length }, { it.size })).takeLast(maxOf(0, numbers))
        val faults = other + greatest + signs.take(added.count { it.isSign })
        return faults.sortedBy { it.place }.map { it.text }
    }

    /** The answer with the one item that it copied wrongly written as in the source; otherwise as it is. */
    fun mended(source: List<Item>, answer: String): String {
        val items = items(answer)
        val lacking = without(entries(source, items), entries(items, source)).singleOrNull() ?: return answer
        val added = without(entries(items, source), entries(source, items)).singleOrNull() ?: return answer
        if (lacking.key[0] != added.key[0] || lacking.key[0] !in "nx" || answer.split(added.text).size != 2) return answer
        val written = if (lacking.key[0] == 'x') lacking.text else withDigitsOf(lacking.text, added.text)
        val found = answer.replace(added.text, written)
        return if (missing(source, items(found)).isEmpty()) found else answer
    }

    /** Digits take the places of as many digits; otherwise a text of digits only takes the place of another one. */
    private fun withDigitsOf(text: String, copied: String): String {
        val written = text.zip(shape(text)).filter { it.second in '0'..'9' }.map { it.first }
        val places = shape(copied).withIndex().filter { it.value in '0'..'9' }.map { it.index }
        if (written.size != places.size) return if (written.size == text.length && places.size == copied.length) text else copied
        return StringBuilder(copied).apply { places.zip(written) { place, digit -> setCharAt(place, digit) } }.toString()
    }

    /** Texts of the answer's items that are not in the source; numbers that may have been words there are left out. */
    fun unsupported(source: List<Item>, answer: List<Item>): List<String> {
        val known = entries(source, answer).mapTo(HashSet()) { it.key }
        return entries(answer, source).filter { it.key !in known && !it.isSign && !it.isWordable }.map { it.text }.distinct()
    }

    private const val SPACES = "\u0020\u00A0\u2009\u202F"
    private const val HYPHENS = "\u2011\u2212"
    private const val OTHER = '\u0001'
}
