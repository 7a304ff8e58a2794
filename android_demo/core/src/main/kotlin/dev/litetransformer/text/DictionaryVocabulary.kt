package dev.litetransformer.text

import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonException
import dev.litetransformer.json.JsonNull
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.JsonValue
import dev.litetransformer.json.parseJson
import java.util.Base64

private const val SPACE = '\u2581'

/**
 * The vocabulary of a model that was imported from fairseq (docs/fairseq.md): the entries of a dictionary, and what cuts texts into them, which is codes of
 * byte pairs, or a SentencePiece model, or white space. A piece that is no entry is `unk`.
 *
 * Unlike other vocabularies, [decode] writes `<s>` and `<unk>`, as fairseq does; `pad` and `eos` have no text.
 *
 * @property entries all of them, `<s>`, `<pad>`, `</s>`, `<unk>` first; an entry's id is its place.
 */
public class DictionaryVocabulary private constructor(public val entries: List<String>, private val cutter: TextCutter) : Vocabulary {
    private val ids = HashMap<String, Int>(2 * entries.size).also { map -> entries.forEachIndexed { id, entry -> map[entry] = id } }

    override val size: Int get() = entries.size
    override val bosId: Int get() = SpecialIds.BOS
    override val padId: Int get() = SpecialIds.PAD
    override val eosId: Int get() = SpecialIds.EOS
    override val unkId: Int get() = SpecialIds.UNK

    override fun encode(text: String): IntArray {
        val result = IntList(text.length / 4)
        cutter.cut(Characters.wellFormed(text)) { piece -> result.add(ids[piece] ?: unkId) }
        return result.toArray()
    }

    override fun decode(ids: IntArray): String {
        checkIds(ids, size)
        val pieces = ids.filter { it != padId && it != eosId }.map { entries[it] }
        if (cutter is SentencePieceCutter) return pieces.joinToString("").replace(SPACE, ' ').trim(' ')
        return (pieces.joinToString(" ") + " ").replace("${BytePairs.SEPARATOR} ", "").trimEnd(' ')
    }

    private fun check() {
        val broken = entries.firstOrNull { entry -> entry.isEmpty() || entry.any(Characters::isSpace) }
        if (broken != null) fail("must have entries without white space, none of them empty", "'${broken.take(SHOWN)}'")
        val twice = if (ids.size == entries.size) null else entries.withIndex().first { (id, entry) -> ids[entry] != id }.value
        if (twice != null) fail("must have each entry once", "'${twice.take(SHOWN)}', which occurs twice")
    }

    public companion object {
        private const val FORMAT = "lite-transformer-dictionary"
        private val SPECIAL_ENTRIES = listOf("<s>", "<pad>", "</s>", "<unk>")
        private const val SHOWN = 80

        /**
         * Reads the bytes of a `.json` file.
         *
         * @throws VocabularyException they are none, or what cuts its texts cannot be served.
         */
        public fun read(bytes: ByteArray): DictionaryVocabulary {
            val json = try {
                parseJson(utf8(bytes).removePrefix("\uFEFF"))
            } catch (error: JsonException) {
                fail("must be JSON", error.message)
            }
            if (!json.isWellFormed()) fail("must be JSON of whole characters", "half a surrogate pair")
            val data = json as? JsonObject ?: fail("must be a JSON object", "another value")
            val version = data["version"] as? JsonNumber
            val isKnown = data["format"] == JsonString(FORMAT) && version?.toDouble() == 1.0
            if (!isKnown) fail("must be an object of the format '$FORMAT', version 1; others may need a newer version of this library", version?.text ?: "none")
            val entries = (data["entries"] as? JsonArray)?.items?.map { it as? JsonString }
            if (entries == null || null in entries) fail("must have a list of texts as entries", "another value")
            val cutter = cutter(text(data, "byte_pairs"), text(data, "sentencepiece"))
            return DictionaryVocabulary(SPECIAL_ENTRIES + entries.mapNotNull { it?.value }, cutter).also { it.check() }
        }

        private fun text(data: JsonObject, name: String): String? {
            val value = data[name]
            if (value != null && value != JsonNull && value !is JsonString) fail("must have a text as $name", "another value")
            return (value as? JsonString)?.value
        }

        private fun cutter(codes: String?, model: String?): TextCutter {
            if (codes != null && model != null) fail("must have either byte_pairs or a sentencepiece model", "both")
            if (codes != null) return BytePairs.read(codes)
            return if (model != null) SentencePieceCutter.read(decoded(model)) else TextCutter(Characters::forEachWord)
        }

        private fun decoded(model: String): ByteArray {
            val bytes = try {
                if (model.length % 4 == 0) Base64.getDecoder().decode(model) else null
            } catch (_: IllegalArgumentException) {
                null
            }
            return bytes ?: fail("must have its sentencepiece model in base64", "'${model.take(SHOWN)}'")
        }

        private fun JsonValue.isWellFormed(): Boolean = when (this) {
            is JsonString -> isWellFormed(value)
            is JsonArray -> items.all { it.isWellFormed() }
            is JsonObject -> entries.all { (name, value) -> isWellFormed(name) && value.isWellFormed() }
            else -> true
        }

        private fun isWellFormed(text: String): Boolean = text.none { it.isSurrogate() } || Characters.wellFormed(text) == text

        private fun fail(rule: String, received: Any?): Nothing = throw VocabularyException("A dictionary $rule. Received: $received")
    }
}
