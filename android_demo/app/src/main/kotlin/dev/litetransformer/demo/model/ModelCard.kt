package dev.litetransformer.demo.model

import dev.litetransformer.bundle.Manifest
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import java.io.File
import java.io.IOException

/**
 * What a bundle says of its model to people, from the manifest and from README.md, which is the model card.
 *
 * @property licence null: not stated; [data], whose authors are to be named, likewise.
 * @property scores by metric, as the card lists them, such as "bleu" to 44.98.
 * @property milliseconds mean time by search, on the computer that exported the bundle.
 */
data class ModelCard(
    val licence: String? = null,
    val data: String? = null,
    val scores: Map<String, Double> = emptyMap(),
    val milliseconds: Map<String, Double> = emptyMap(),
) {
    companion object {
        private const val FILE_NAME = "README.md"
        private const val LONGEST = 1L shl 18
        private val SCORE = Regex("""\| *([\w-]+) *\|[^|]*\| *(-?\d+(?:\.\d+)?) *\|.*""")

        /** Reads the card of an unpacked bundle; a missing or unreadable one says nothing. */
        fun read(directory: File, manifest: Manifest): ModelCard {
            val file = File(directory, FILE_NAME)
            val text = try {
                if (file.length() in 1..LONGEST) file.readText() else ""
            } catch (_: IOException) {
                ""
            }
            return parse(text, milliseconds(manifest))
        }

        /** Reads the card's text; of two scores of one metric the later one counts, which is the file's own. */
        internal fun parse(text: String, milliseconds: Map<String, Double> = emptyMap()): ModelCard {
            val lines = text.lines()
            val scores = lines.dropWhile { it != "## Scores" }.drop(1).takeWhile { !it.startsWith("## ") }
            return ModelCard(
                licence = stated(lines, "Licence: "),
                data = stated(lines, "Data: "),
                scores = scores.mapNotNull { SCORE.matchEntire(it) }.associate { it.groupValues[1] to it.groupValues[2].toDouble() },
                milliseconds = milliseconds,
            )
        }

        private fun stated(lines: List<String>, prefix: String): String? =
            lines.lastOrNull { it.startsWith(prefix) }?.removePrefix(prefix)?.trim()?.takeIf { it.isNotEmpty() && it != "not stated." }

        private fun milliseconds(manifest: Manifest): Map<String, Double> {
            val speed = manifest.json["metrics"] as? JsonObject
            val times = (speed?.get("speed") as? JsonObject)?.get("milliseconds") as? JsonObject
            return times?.entries.orEmpty().mapNotNull { (search, value) -> (value as? JsonNumber)?.let { search to it.toDouble() } }.toMap()
        }
    }
}
