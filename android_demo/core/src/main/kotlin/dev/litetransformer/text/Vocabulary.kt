package dev.litetransformer.text

import java.io.IOException

/** Texts to token ids and back, by the rules of docs/text.md. Instances never change and may be shared between threads. */
public interface Vocabulary {
    /** Number of entries; ids are 0 to `size - 1`. */
    public val size: Int

    public val bosId: Int
    public val padId: Int
    public val eosId: Int
    public val unkId: Int

    /** Ids of the normalised text, without `eos`; an empty or blank text has none. A lone surrogate is read as U+FFFD. */
    public fun encode(text: String): IntArray

    /**
     * The text of [ids]; `bos`, `pad` and `eos` have none, except that [DictionaryVocabulary] writes `<s>`.
     *
     * @throws IllegalArgumentException an id is not in the vocabulary.
     */
    public fun decode(ids: IntArray): String
}

/** A vocabulary file cannot be used: damaged, or of other conventions than this library's; the message says which and what was received. */
public class VocabularyException(message: String) : IOException(message)

internal object SpecialIds {
    const val BOS = 0
    const val PAD = 1
    const val EOS = 2
    const val UNK = 3
}

internal fun checkIds(ids: IntArray, size: Int) {
    val outside = ids.firstOrNull { it !in 0 until size }
    require(outside == null) { "Ids must lie in [0, $size). Received: $outside" }
}
