package dev.litetransformer.text

/**
 * A version of the rules by which a text is normalised (docs/text.md). Files keep theirs for ever, so an entry never changes.
 *
 * @property version the number of the schema.
 * @property rule the name that a SentencePiece model of this schema gives its normaliser.
 */
internal enum class TextSchema(val version: Int, val rule: String) {
    /** NFKC and nothing else. */
    ONE(1, "identity") {
        override fun normalize(text: String): String = nfkc(text)
    },

    /** White space of every kind is a space, invisible characters are dropped; then NFKC. */
    TWO(2, "lite-transformer-text-2") {
        override fun normalize(text: String): String = nfkc(Characters.readable(text))
    }, ;

    /** The normalised text. A lone surrogate, which is no character, becomes U+FFFD. */
    abstract fun normalize(text: String): String

    companion object {
        /** The schema of this [version], or none. */
        fun of(version: Int): TextSchema? = entries.firstOrNull { it.version == version }

        /** The schema whose models name their normaliser [rule], or none. */
        fun ofRule(rule: String): TextSchema? = entries.firstOrNull { it.rule == rule }
    }
}
