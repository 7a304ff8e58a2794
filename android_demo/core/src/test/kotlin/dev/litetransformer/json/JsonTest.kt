package dev.litetransformer.json

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

class JsonTest {
    @Test
    fun `values of every kind`() {
        val value = parseJson(" {\"a\": [1, -0.5e+3, true, false, null, \"x\"], \"b\": {}, \"\": []}\r\n\t")
        val list = JsonArray(listOf(JsonNumber("1"), JsonNumber("-0.5e+3"), JsonBoolean(true), JsonBoolean(false), JsonNull, JsonString("x")))
        assertEquals(JsonObject(mapOf("a" to list, "b" to JsonObject(emptyMap()), "" to JsonArray(emptyList()))), value)
        assertEquals(listOf("a", "b", ""), (value as JsonObject).entries.keys.toList())
    }

    @Test
    fun `escapes give UTF-16 as it is written`() {
        val expected = JsonString("\"\\/\b\u000C\n\r\t\u00e9\uD83D\uDE42\uD800\u0000")
        assertEquals(expected, parseJson("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83d\\ude42\\ud800\\u0000\""))
        assertEquals(JsonString("é🙂\u007F\uFFFF"), parseJson("\"é🙂\u007F\uFFFF\""))
    }

    @Test
    fun `whole numbers are those without fraction and exponent`() {
        val values = listOf("0", "-0", "12", "9223372036854775807", "9223372036854775808", "1.0", "1e3", "-1E-2").map { parseJson(it) as JsonNumber }
        assertEquals(listOf(0L, 0L, 12L, Long.MAX_VALUE, null, null, null, null), values.map { it.toLongOrNull() })
        assertEquals(listOf(1.0, 1000.0, -0.01), values.takeLast(3).map { it.toDouble() })
    }

    @Test
    fun `errors have the position`() {
        val cases = mapOf(
            "" to 0, " " to 1, "nul" to 0, "tru" to 0, "[1,]" to 3, "[1" to 2, "[1 2]" to 3, "[]]" to 2, "1 2" to 2, "1a" to 1, "'a'" to 0, "// c" to 0,
            "{" to 1, "{a:1}" to 1, "{\"a\" 1}" to 5, "{\"a\":1,}" to 7, "{\"a\":1 \"b\"}" to 7, "{\"a\":1,\"a\":2}" to 7, "\uFEFF1" to 0,
            "01" to 1, "1." to 2, ".5" to 0, "+1" to 0, "-" to 1, "1e" to 2, "1e+" to 3, "--1" to 1, "NaN" to 0, "Infinity" to 0,
            "\"a" to 2, "\"\\x\"" to 2, "\"\\" to 2, "\"\\u12g4\"" to 5, "\"a\nb\"" to 2, "\"\\n\u0001\"" to 3,
        )
        for ((text, position) in cases) {
            val error = assertThrows(text, JsonException::class.java) { parseJson(text) }
            assertEquals("$text: ${error.message}", position, error.position)
            assertTrue(error.message, "position $position" in error.message!!)
        }
    }

    @Test
    fun `depth has a limit`() {
        parseJson("[".repeat(MAXIMUM_JSON_DEPTH) + "1" + "]".repeat(MAXIMUM_JSON_DEPTH))
        for (text in listOf("[".repeat(MAXIMUM_JSON_DEPTH + 1), "[".repeat(1_000_000), "{\"a\":".repeat(1_000_000))) {
            assertTrue(assertThrows(JsonException::class.java) { parseJson(text) }.message!!.startsWith("At most $MAXIMUM_JSON_DEPTH arrays"))
        }
    }

    @Test
    fun `missing names are null`() {
        assertNull((parseJson("{}") as JsonObject)["a"])
    }
}
