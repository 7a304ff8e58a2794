package dev.litetransformer.demo.model

import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonBoolean
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.parseJson
import java.io.File

/**
 * A text and its answer, as the user kept it.
 *
 * @property languages of the model, source first; may be empty.
 */
data class HistoryEntry(val text: String, val answer: String, val languages: List<String>, val isFavourite: Boolean = false) {
    /** Whether both are about the same text in the same direction. */
    fun isAbout(other: HistoryEntry): Boolean = text == other.text && languages == other.languages
}

/** Answers that were kept, newest first, in a JSON file. Not for two threads at once. */
class HistoryFile(private val file: File) {
    /** What was kept; nothing when there is no file. A file that is none of this program's is set aside under another name. */
    fun load(): List<HistoryEntry> {
        if (!file.isFile) return emptyList()
        return try {
            val document = parseJson(file.readText()) as JsonObject
            (document["entries"] as JsonArray).items.map { entry(it as JsonObject) }
        } catch (_: Exception) {
            file.renameTo(File(file.path + ".unreadable"))
            emptyList()
        }
    }

    fun save(entries: List<HistoryEntry>) =
        writeAtomically(file, entries.joinToString(",\n", prefix = "{\"entries\": [\n", postfix = "\n]}\n", transform = ::json))

    private fun entry(json: JsonObject) = HistoryEntry(
        text = (json["text"] as JsonString).value,
        answer = (json["answer"] as JsonString).value,
        languages = (json["languages"] as JsonArray).items.map { (it as JsonString).value },
        isFavourite = (json["favourite"] as JsonBoolean).value,
    )

    private fun json(entry: HistoryEntry): String {
        val languages = entry.languages.joinToString(prefix = "[", postfix = "]", transform = ::quoted)
        return "{\"text\": ${quoted(entry.text)}, \"answer\": ${quoted(entry.answer)}, \"languages\": $languages, \"favourite\": ${entry.isFavourite}}"
    }

    private companion object {
        const val FIRST_PRINTABLE = ' '

        /** A string in JSON. */
        fun quoted(text: String): String = buildString {
            append('"')
            for (char in text) {
                when {
                    char == '"' || char == '\\' -> append('\\').append(char)
                    char < FIRST_PRINTABLE || char.isSurrogate() -> append("\\u%04x".format(char.code))
                    else -> append(char)
                }
            }
            append('"')
        }
    }
}
