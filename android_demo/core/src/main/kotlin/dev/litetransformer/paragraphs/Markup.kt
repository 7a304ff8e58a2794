package dev.litetransformer.paragraphs

import java.util.Locale
import java.util.regex.Pattern

internal enum class Kind {
    TEXT,

    /** Belongs to what follows. */
    OPEN,

    /** Belongs to what precedes. */
    CLOSE,

    /** Stands for a word. */
    WORD,

    /** Ends a sentence, as a line break does. */
    BREAK,
}

/**
 * One character, or one span that no model may change.
 *
 * @property raw as it is written in the text.
 * @property code the code point that it stands for; [NONE] for a span.
 */
internal class Cell(val raw: String, val code: Int, val kind: Kind) {
    val isSpace: Boolean get() = code in Characters.SPACES

    /** Whether it ends a sentence whatever stands around it. */
    val isBreak: Boolean get() = kind == Kind.BREAK || code in Characters.LINE_BREAKS

    val isMark: Boolean get() = code in Characters.MARKS || isClosedMark
    val isClosedMark: Boolean get() = code in Characters.CLOSED_MARKS
    val isClosing: Boolean get() = kind == Kind.CLOSE || code in Characters.CLOSING
    val isOpening: Boolean get() = kind == Kind.OPEN || code in Characters.OPENING

    companion object {
        const val NONE = -1
    }
}

internal fun List<Cell>.raw(): String = joinToString("") { it.raw }

/** Reads a text as cells (docs/paragraphs.md). */
internal object Markup {
    private const val TAG = """</?[A-Za-z][A-Za-z0-9:._-]*(?:[ \t\r\n][^<>]*)?/?>|<!--[^<>]*-->|<![A-Za-z][^<>]*>|<\?[A-Za-z][^<>]*\?>"""
    private const val URL = """(?<![A-Za-z0-9])(?:(?:[Hh][Tt][Tt][Pp][Ss]?|[Ff][Tt][Pp])://|[Ww][Ww][Ww]\.)""" +
        """[-A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%\u00c0-\u1fff]+"""
    private const val EMAIL =
        """(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"""
    private const val PLACEHOLDER = """\{\{[^\{\}<>\r\n]{1,64}\}\}|[$%]?\{[-A-Za-z0-9_.:,!%+#$@\[\]]{0,64}\}""" +
        """|%\([A-Za-z_][A-Za-z0-9_]{0,63}\)[-+#0]{0,3}[0-9]{0,3}(?:\.[0-9]{1,3})?[diouxXeEfFgGcrsa](?![A-Za-z0-9])""" +
        """|%(?:[0-9]{1,2}\$)?[-+#0]{0,3}[0-9]{0,3}(?:\.[0-9]{1,3})?(?:hh|h|ll|l|L|q|j|z|t)?""" +
        """[diouxXeEfFgGaAcsS@](?![A-Za-z0-9])|%%"""
    private const val ENTITY = "&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"

    /** All spans: one regular expression, the same in Python, with a group per kind. */
    const val SPAN = "($TAG)|($URL)|($EMAIL)|($PLACEHOLDER)|($ENTITY)"
    private const val IS_TAG = 1
    private const val IS_URL = 2
    private const val IS_ENTITY = 5

    private val PATTERN = Pattern.compile(SPAN)
    private val NAME = Pattern.compile("[A-Za-z][A-Za-z0-9:._-]*")
    private const val BEHIND_URL = ".,;:!?'،؛؟۔।॥։።။។"
    private val BREAKS = (
        "address article aside base blockquote body br caption center dd details dialog div dl dt fieldset figcaption " +
            "figure footer form h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main meta nav ol optgroup option p " +
            "pre script section select style summary table tbody td textarea tfoot th thead title tr ul"
        ).split(' ').toSet()
    private val VOID = "area embed img input source track wbr".split(' ').toSet()

    /** The cells of a text; their `raw` texts joined are the text. */
    fun read(text: String): List<Cell> {
        val cells = ArrayList<Cell>(text.length)
        val matcher = PATTERN.matcher(text)
        var place = 0
        while (matcher.find(place)) {
            addCharacters(text.substring(place, matcher.start()), cells)
            val url: String? = matcher.group(IS_URL)
            place = if (url == null) matcher.end() else matcher.start() + trimmedLength(url)
            val written = text.substring(matcher.start(), place)
            cells += when {
                matcher.group(IS_TAG) != null -> Cell(written, Cell.NONE, kindOfTag(written))
                matcher.group(IS_ENTITY) != null -> entity(written)
                else -> Cell(written, Cell.NONE, Kind.WORD)
            }
        }
        addCharacters(text.substring(place), cells)
        return cells
    }

    private fun addCharacters(text: String, cells: MutableList<Cell>) {
        var place = 0
        while (place < text.length) {
            val code = text.codePointAt(place)
            val end = place + Character.charCount(code)
            cells += Cell(text.substring(place, end), code, Kind.TEXT)
            place = end
        }
    }

    private fun entity(written: String): Cell {
        val code = Entities.character(written) ?: return Cell(written, Cell.NONE, Kind.WORD)
        return Cell(written, code, Kind.TEXT)
    }

    private fun kindOfTag(tag: String): Kind {
        if (tag.startsWith("<!--")) return Kind.OPEN
        val found = NAME.matcher(tag)
        val name = if (found.find()) found.group().lowercase(Locale.ROOT) else ""
        return when {
            name in BREAKS || tag.startsWith("<!") || tag.startsWith("<?") -> Kind.BREAK
            tag.startsWith("</") -> Kind.CLOSE
            name in VOID || tag.endsWith("/>") -> Kind.WORD
            else -> Kind.OPEN
        }
    }

    /** The length of an address without the punctuation of the sentence at its end; brackets that it opens itself stay. */
    private fun trimmedLength(url: String): Int {
        var round = url.count { it == ')' } - url.count { it == '(' }
        var square = url.count { it == ']' } - url.count { it == '[' }
        var end = url.length
        while (end > 0) {
            val last = url[end - 1]
            when {
                last == ')' && round > 0 -> round--
                last == ']' && square > 0 -> square--
                last !in BEHIND_URL -> return end
            }
            end--
        }
        return end
    }
}
