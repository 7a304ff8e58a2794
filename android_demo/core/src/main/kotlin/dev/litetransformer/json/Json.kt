package dev.litetransformer.json

import java.io.IOException

/** A value of a JSON text (RFC 8259). Values compare by content. */
public sealed interface JsonValue

/** @property entries in the order of the text. */
public data class JsonObject(public val entries: Map<String, JsonValue>) : JsonValue {
    /** The value of [name], or null when there is none. */
    public operator fun get(name: String): JsonValue? = entries[name]
}

public data class JsonArray(public val items: List<JsonValue>) : JsonValue

/** @property value UTF-16 as the text gives it; escapes may have written lone surrogates. */
public data class JsonString(public val value: String) : JsonValue

/**
 * A number, kept as it was written: `1` and `1.0` are different values, as they are to Python.
 *
 * @property text a number by JSON's grammar.
 */
public data class JsonNumber(public val text: String) : JsonValue {
    /** Whether it was written without a fraction and an exponent. */
    public val isWhole: Boolean get() = text.none { it == '.' || it == 'e' || it == 'E' }

    /** The whole number, or null when it is none or does not fit. */
    public fun toLongOrNull(): Long? = if (isWhole) text.toLongOrNull() else null

    public fun toDouble(): Double = text.toDouble()
}

public data class JsonBoolean(public val value: Boolean) : JsonValue

public data object JsonNull : JsonValue

/**
 * A text is no JSON.
 *
 * @property position of the first wrong character, in UTF-16 units from 0.
 */
public class JsonException(message: String, public val position: Int) : IOException(message)

/**
 * Reads one JSON text. Strict: nothing beside the grammar, no name twice in an object, at most [MAXIMUM_JSON_DEPTH] arrays and objects inside one another.
 *
 * @throws JsonException with the position of the first error.
 */
public fun parseJson(text: String): JsonValue = JsonParser(text).parse()

/** So many arrays and objects may lie inside one another. */
public const val MAXIMUM_JSON_DEPTH: Int = 100
