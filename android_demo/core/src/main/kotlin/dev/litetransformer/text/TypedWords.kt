package dev.litetransformer.text

/**
 * A vocabulary of words as people type them (docs/suggestions.md): a text is split into sentences, words, numbers and marks, and case is not heeded. Each word
 * is stored in the spelling that it has within sentences.
 *
 * @property words all of them, `<s>`, `<pad>`, `<eos>`, `<unk>` first; a word's id is its place.
 */
public class TypedWords private constructor(private val vocabulary: WordVocabulary) : Vocabulary by vocabulary {
    public val words: List<String> get() = vocabulary.words

    private val ids = HashMap<String, Int>(2 * size).also { map -> words.forEachIndexed { id, word -> map[fold(word)] = id } }

    init {
        if (ids.size != size) {
            val twice = words.withIndex().first { (id, word) -> ids[fold(word)] != id }.value
            throw VocabularyException("A vocabulary of typed words is not of this library: no two words may differ only in case. Received: \"$twice\" twice")
        }
    }

    /** Ids of the tokens, with `eos` between sentences, and none at the end. */
    override fun encode(text: String): IntArray {
        val result = IntList(text.length / 4)
        sentences(text).forEachIndexed { number, sentence ->
            if (number > 0) result.add(eosId)
            sentence.forEach { result.add(idOf(fold(it))) }
        }
        return result.toArray()
    }

    /** The words of [ids], separated by spaces, marks without a space in front. */
    override fun decode(ids: IntArray): String = MARK.replace(vocabulary.decode(ids), "$1")

    /** The id of a folded token; `unk` when it is not in the vocabulary. */
    internal fun idOf(folded: String): Int = ids[folded] ?: unkId

    /** What a text that is being typed ends in. */
    internal class Typed(val context: List<String>, val begun: String?)

    public companion object {
        /** The last line of a vocabulary's file, which no word can be. */
        internal const val LAST_LINE = "typed words, text schema 2"
        private const val NUMBER = "0"
        private const val LETTERS =
            "A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02AF\u0300-\u1FFF\u2C00-\u2DFF\u3040-\uD7FF\uF900-\uFAFF\\x{10000}-\\x{1EFFF}"
        private const val WORD = "[$LETTERS][${LETTERS}0-9]*(?:['\u2019-][${LETTERS}0-9]+)*"
        private const val SHORT = "(?:[A-Za-z]\\.){2,}|(?i:mrs|mr|ms|dr|st|prof|jr|sr)\\."
        private val TOKEN = Regex("($SHORT|$WORD)|([0-9][${LETTERS}0-9]*(?:[.,:/-][0-9]+)*)|([.!?]+)|([,;:])")
        private val BEGUN = Regex("$WORD['\u2019-]?\\z")
        private val MARK = Regex(" ([,;:.!?])")
        private val LETTER = Regex("[$LETTERS]")
        private val LINE_BREAKS = Regex("[\\n\\r]+")

        /** Characters behind which a word may begin. */
        private const val OPENING = " \"'(\u2018\u201C"

        /** The form in which words are compared: lower case, with straight apostrophes. */
        internal fun fold(word: String): String = word.replace('\u2019', '\'').lowercase()

        /** Whether a token is a word, and not a mark or a number. */
        internal fun isWord(token: String): Boolean = LETTER.matchesAt(token, 0)

        /** Where the word that is being typed begins; the text's end when there is none. */
        internal fun beginOf(text: String): Int = BEGUN.find(text)?.range?.first ?: text.length

        /** The tokens of a text as they are written, sentence by sentence. */
        internal fun sentences(text: String): List<List<String>> {
            val found = ArrayList<MutableList<String>>()
            for (line in LINE_BREAKS.split(text)) {
                var ended = true
                forEachToken(TextSchema.TWO.normalize(line)) { token, ends ->
                    if (ended) found += ArrayList<String>()
                    found.last() += token
                    ended = ends
                }
            }
            return found
        }

        /** The sentence that a text ends in, and the word that is being typed. */
        internal fun typed(text: String): Typed {
            val line = TextSchema.TWO.normalize(text.substring(text.lastIndexOfAny(charArrayOf('\n', '\r')) + 1))
            val begin = beginOf(line)
            val begun = if (begin < line.length) line.substring(begin) else if (line.isEmpty() || line.last() in OPENING) "" else null
            val context = ArrayList<String>()
            var ended = false
            forEachToken(line.substring(0, begin)) { token, ends ->
                if (ended) context.clear()
                context += fold(token)
                ended = ends
            }
            return Typed(if (ended) emptyList() else context, begun)
        }

        private inline fun forEachToken(text: String, action: (token: String, ends: Boolean) -> Unit) {
            for (match in TOKEN.findAll(text)) {
                val (word, number, end, mark) = match.destructured
                action(if (word.isNotEmpty()) word else if (number.isNotEmpty()) NUMBER else if (end.isNotEmpty()) endOf(end) else mark, end.isNotEmpty())
            }
        }

        private fun endOf(marks: String): String = if ('?' in marks) "?" else if ('!' in marks) "!" else if (marks == ".") "." else "..."

        /** The words of a file without its last line. */
        internal fun of(vocabulary: WordVocabulary): TypedWords = TypedWords(vocabulary)
    }
}
