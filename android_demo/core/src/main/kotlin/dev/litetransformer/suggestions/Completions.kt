package dev.litetransformer.suggestions

import dev.litetransformer.text.TypedWords

/** The words of a vocabulary by how they begin. */
internal class Completions(vocabulary: TypedWords) {
    private val sorted = vocabulary.words.withIndex().filter { (_, word) -> TypedWords.isWord(word) }
        .map { (id, word) -> TypedWords.fold(word) to id }.sortedBy { it.first }
    private val folded = Array(sorted.size) { sorted[it].first }
    private val ids = IntArray(sorted.size) { sorted[it].second }

    /** Ids of the words that begin with a folded prefix, ascending. */
    fun of(prefix: String): IntArray {
        val first = firstFrom(prefix)
        var last = first
        while (last < folded.size && folded[last].startsWith(prefix)) last++
        return ids.copyOfRange(first, last).also { it.sort() }
    }

    /** Place of the first word that is not smaller. */
    private fun firstFrom(prefix: String): Int = folded.binarySearch(prefix).let { if (it < 0) -it - 1 else it }
}
