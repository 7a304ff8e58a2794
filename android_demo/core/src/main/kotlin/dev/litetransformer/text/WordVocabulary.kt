package dev.litetransformer.text

/**
 * A word-level vocabulary for text that is tokenised already: words are what stands between white space, as Python's `str.split()` sees it, and nothing is
 * normalised. Text schema 2 looks up an unknown word once more, without its invisible characters; if nothing is left, it is none.
 *
 * @property words all of them, `<s>`, `<pad>`, `<eos>`, `<unk>` first; a word's id is its place.
 */
public class WordVocabulary private constructor(public val words: List<String>, private val schema: TextSchema) : Vocabulary {
    private val ids = HashMap<String, Int>(2 * words.size).also { map -> words.forEachIndexed { id, word -> map[word] = id } }

    override val size: Int get() = words.size
    override val bosId: Int get() = SpecialIds.BOS
    override val padId: Int get() = SpecialIds.PAD
    override val eosId: Int get() = SpecialIds.EOS
    override val unkId: Int get() = SpecialIds.UNK

    /** Version of the rules by which words are looked up. */
    public val textSchema: Int get() = schema.version

    override fun encode(text: String): IntArray {
        val result = IntList(text.length / 4)
        Characters.forEachWord(text) { word ->
            val id = ids[word] ?: idOfUnknown(word)
            if (id >= 0) result.add(id)
        }
        return result.toArray()
    }

    /** The id of a word that is not in the vocabulary as it stands; -1 when it is none. */
    private fun idOfUnknown(word: String): Int {
        if (schema == TextSchema.ONE) return unkId
        val visible = Characters.visible(word)
        return if (visible.isEmpty()) -1 else ids[visible] ?: unkId
    }

    override fun decode(ids: IntArray): String {
        checkIds(ids, size)
        return ids.filter { it != bosId && it != padId && it != eosId }.joinToString(" ") { words[it] }
    }

    private fun check() {
        require(words.take(4) == SPECIAL_WORDS, "it must begin with ${SPECIAL_WORDS.joinToString()}", words.take(4))
        val broken = words.firstOrNull { word -> word.isEmpty() || word.any(Characters::isSpace) }
        require(broken == null, "a word must not be empty and must hold no white space", "\"$broken\"")
        require(ids.size == words.size, "a word must occur once", words.groupingBy { it }.eachCount().filterValues { it > 1 }.keys.take(1))
    }

    private fun require(holds: Boolean, rule: String, received: Any?) {
        if (!holds) throw VocabularyException("A word vocabulary is not of this library: $rule. Received: $received")
    }

    public companion object {
        private val SPECIAL_WORDS = listOf("<s>", "<pad>", "<eos>", "<unk>")

        /** The last line of a file, which no word can be; a file without it has schema 1. */
        private val SCHEMA_LINE = Regex("text schema ([1-9][0-9]{0,8})")

        /**
         * Reads the bytes of a `vocabulary.txt` of either kind, which its last line tells.
         *
         * @throws VocabularyException they are none.
         */
        internal fun readAny(bytes: ByteArray): Vocabulary {
            val lines = utf8(bytes).removeSuffix("\n").split('\n')
            if (lines.last() != TypedWords.LAST_LINE) return read(bytes)
            return TypedWords.of(WordVocabulary(lines.dropLast(1), TextSchema.TWO).also { it.check() })
        }

        /**
         * Reads the bytes of a `vocabulary.txt`: UTF-8, one word a line, line n (from 0) being id n; the last line may name the text schema.
         *
         * @throws VocabularyException they are none.
         */
        public fun read(bytes: ByteArray): WordVocabulary {
            val lines = utf8(bytes).removeSuffix("\n").split('\n')
            val version = SCHEMA_LINE.matchEntire(lines.last())?.groupValues?.get(1)?.toInt()
            val schema = TextSchema.of(version ?: 1)
                ?: throw VocabularyException(
                    "A word vocabulary is not of this library: its text schema must be one of ${TextSchema.entries.map { it.version }}; others may need a " +
                        "newer version. Received: $version",
                )
            return WordVocabulary(if (version == null) lines else lines.dropLast(1), schema).also { it.check() }
        }
    }
}
