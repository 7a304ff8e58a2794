package dev.litetransformer.json

/** Recursive descent over one JSON text. */
internal class JsonParser(private val text: String) {
    private var place = 0

    fun parse(): JsonValue {
        skipSpace()
        val value = value(0)
        skipSpace()
        if (place < text.length) fail("A JSON text must end behind its value")
        return value
    }

    /** A value inside `depth` arrays and objects. */
    private fun value(depth: Int): JsonValue =
        when (peek()) {
            '{' -> JsonObject(readObject(depth))
            '[' -> JsonArray(readArray(depth))
            '"' -> JsonString(string())
            't' -> word("true", JsonBoolean(true))
            'f' -> word("false", JsonBoolean(false))
            'n' -> word("null", JsonNull)
            else -> number()
        }

    private fun readObject(depth: Int): Map<String, JsonValue> {
        val entries = LinkedHashMap<String, JsonValue>()
        readItems('}', depth) {
            if (peek() != '"') fail("A name in an object must be a string")
            val begin = place
            val name = string()
            if (name in entries) fail("A name must occur once in an object", begin)
            skipSpace()
            expect(':')
            skipSpace()
            entries[name] = value(depth + 1)
        }
        return entries
    }

    private fun readArray(depth: Int): List<JsonValue> {
        val items = ArrayList<JsonValue>()
        readItems(']', depth) { items += value(depth + 1) }
        return items
    }

    /** What stands between brackets, separated by commas. */
    private inline fun readItems(end: Char, depth: Int, item: () -> Unit) {
        if (depth == MAXIMUM_JSON_DEPTH) fail("At most $MAXIMUM_JSON_DEPTH arrays and objects may lie inside one another")
        place++
        skipSpace()
        if (peek() != end) {
            while (true) {
                item()
                skipSpace()
                if (peek() == end) break
                expect(',')
                skipSpace()
            }
        }
        place++
    }

    private fun string(): String {
        place++
        val begin = place
        while (peek() != '"' && peek() != '\\' && !isControl()) place++
        if (peek() == '"') return text.substring(begin, place++)
        val result = StringBuilder(text.substring(begin, place))
        while (peek() != '"') {
            if (isControl()) fail("A string must write control characters as escapes")
            val next = text[place++]
            result.append(if (next == '\\') escape() else next)
        }
        place++
        return result.toString()
    }

    private fun isControl(): Boolean {
        if (place >= text.length) fail("A string must end with a quotation mark", text.length)
        return text[place] < ' '
    }

    private fun escape(): Char =
        when (val code = peek()) {
            '"', '\\', '/' -> code
            'b' -> '\b'
            'f' -> '\u000C'
            'n' -> '\n'
            'r' -> '\r'
            't' -> '\t'
            'u' -> return hexadecimal()
            else -> fail("An escape must be one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
        }.also { place++ }

    private fun hexadecimal(): Char {
        place++
        var code = 0
        repeat(4) {
            val digit = when (val c = peek()) {
                in '0'..'9' -> c - '0'
                in 'a'..'f' -> c - 'a' + 10
                in 'A'..'F' -> c - 'A' + 10
                else -> fail("\\u must be followed by four hexadecimal digits")
            }
            code = code * 16 + digit
            place++
        }
        return code.toChar()
    }

    private fun number(): JsonNumber {
        val begin = place
        if (peek() == '-') place++
        if (peek() == '0') place++ else digits(begin)
        if (peek() == '.') {
            place++
            digits(begin)
        }
        if (peek() == 'e' || peek() == 'E') {
            place++
            if (peek() == '+' || peek() == '-') place++
            digits(begin)
        }
        return JsonNumber(text.substring(begin, place))
    }

    private fun digits(begin: Int) {
        if (peek() !in '0'..'9') fail(if (place == begin) "A JSON value must stand here" else "A number must have digits here")
        while (peek() in '0'..'9') place++
    }

    private fun word(word: String, value: JsonValue): JsonValue {
        if (!text.startsWith(word, place)) fail("A JSON value must stand here")
        place += word.length
        return value
    }

    private fun expect(character: Char) {
        if (peek() != character) fail("A $character must stand here")
        place++
    }

    private fun skipSpace() {
        while (peek().let { it == ' ' || it == '\n' || it == '\r' || it == '\t' }) place++
    }

    /** The next character; U+FFFF, which no grammar rule asks for, at the end. */
    private fun peek(): Char = if (place < text.length) text[place] else END

    private fun fail(rule: String, position: Int = place): Nothing {
        val received = if (position < text.length) "'${text[position]}' at position $position" else "the end at position $position"
        throw JsonException("$rule. Received: $received", position)
    }

    private companion object {
        const val END = '\uFFFF'
    }
}
