package dev.litetransformer.demo.model

import java.io.Closeable

/** Suggests how a text goes on, word by word. */
fun interface WordSuggester : Closeable {
    /** The likeliest next words, best first; ends of the last word when it is unfinished. At most [count]. */
    fun suggest(text: String, count: Int): List<String>

    override fun close() = Unit
}

/** A text with a suggested word: an unfinished last word that the suggestion begins with is replaced. */
internal fun withSuggestion(text: String, word: String): String {
    val begun = text.takeLastWhile { !it.isWhitespace() }
    if (begun.isNotEmpty() && word.startsWith(begun, ignoreCase = true)) return text.dropLast(begun.length) + word + " "
    val gap = if (text.isEmpty() || text.last().isWhitespace()) "" else " "
    return "$text$gap$word "
}
