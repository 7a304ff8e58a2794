package dev.litetransformer

import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.JsonValue
import dev.litetransformer.json.parseJson
import java.io.File

/** Python's answers, written by the scripts in android_demo/tools into the directory that the system property `fixtures` names. */
object Fixtures {
    private val directory: File by lazy { File(checkNotNull(System.getProperty("fixtures")) { "The system property 'fixtures' must name a directory" }) }

    fun file(path: String): File {
        val file = File(directory, path)
        check(file.exists()) { "The fixtures must be there: run the scripts in android_demo/tools with --output $directory. Received: no '$path'" }
        return file
    }

    /** The values of a file of JSON Lines. */
    fun lines(path: String): List<JsonValue> = file(path).readLines().map(::parseJson)
}

operator fun JsonValue.get(name: String): JsonValue = checkNotNull((this as JsonObject)[name]) { "no '$name'" }

val JsonValue.text: String get() = (this as JsonString).value
val JsonValue.items: List<JsonValue> get() = (this as JsonArray).items
val JsonValue.ids: IntArray get() = items.map { (it as JsonNumber).text.toInt() }.toIntArray()
