package dev.litetransformer.text

/**
 * A word-level vocabulary for text that is tokenised already: words are what stands between white space, as Python's `str.split()` sees it, and nothing is
 * normalised.
 *
 * @property words all of them, `<s>`, `<pad>`, `<eos>`, `<unk>` first; a word's id is its place.
 */
public class WordVocabulary private constructor(public val words: List<String>) : Vocabulary {
    private val ids = HashMap<String, Int>(2 * words.size).also { map -> words.forEachIndexed { id, word -> map[word] = id } }

    override val size: Int get() = words.size
    override val bosId: Int get() = SpecialIds.BOS
    override val padId: Int get() = SpecialIds.PAD
    override val eosId: Int get() = SpecialIds.EOS
    override val unkId: Int get() = SpecialIds.UNK

    override fun encode(text: String): IntArray {
        val result = IntList(text.length / 4)
        var begin = 0
        while (true) {
            while (begin < text.length && isSpace(text[begin])) begin++
            if (begin == text.length) return result.toArray()
            var end = begin
            while (end < text.length && !isSpace(text[end])) end++
            result.add(ids[text.substring(begin, end)] ?: unkId)
            begin = end
        }
    }

    override fun decode(ids: IntArray): String {
        checkIds(ids, size)
        return ids.filter { it != bosId && it != padId && it != eosId }.joinToString(" ") { words[it] }
    }

    private fun check() {
        require(words.take(4) == SPECIAL_WORDS, "it must begin with ${SPECIAL_WORDS.joinToString()}", words.take(4))
        val broken = words.firstOrNull { word -> word.isEmpty() || word.any(::isSpace) }
        require(broken == null, "a word must not be empty and must hold no white space", "\"$broken\"")
        require(ids.size == words.size, "a word must occur once", words.groupingBy { it }.eachCount().filterValues { it > 1 }.keys.take(1))
    }

    private fun require(holds: Boolean, rule: String, received: Any?) {
        if (!holds) throw VocabularyException("A word vocabulary is not of this library: $rule. Received: $received")
    }

    public companion object {
        private val SPECIAL_WORDS = listOf("<s>", "<pad>", "<eos>", "<unk>")

        /**
         * Reads the bytes of a `vocabulary.txt`: UTF-8, one word a line, line n (from 0) being id n.
         *
         * @throws VocabularyException they are none.
         */
        public fun read(bytes: ByteArray): WordVocabulary = WordVocabulary(utf8(bytes).removeSuffix("\n").split('\n')).also { it.check() }

        /** White space to Python's `str.split()`; none of it lies beyond the Basic Multilingual Plane. */
        internal fun isSpace(unit: Char): Boolean =
            when (unit) {
                in '\t'..'\r', in '\u001C'..' ', '\u0085', '\u00A0', '\u1680', in '\u2000'..'\u200A', '\u2028', '\u2029', '\u202F', '\u205F', '\u3000' -> true
                else -> false
            }
    }
}
