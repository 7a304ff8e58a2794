package dev.litetransformer.suggestions

import dev.litetransformer.decoding.LanguageModel

/** The sentence that a model has read last, and the log-probabilities behind each of its tokens. */
internal class ReadSentence(private val model: LanguageModel, private val eosId: Int) {
    private val limit = minOf(LONGEST, model.capacity - 1)
    private val read = ArrayList<Int>()

    /** By number of tokens read; none of those that were read at once, but behind the last. Empty when nothing was read, or a run failed. */
    private val rows = HashMap<Int, FloatArray>()

    /** The last tokens of a sentence that is longer than the model reads. */
    fun recent(ids: List<Int>): List<Int> {
        val more = ids.size - limit
        return if (more <= 0) ids else ids.drop((more + DROPPED - 1) / DROPPED * DROPPED)
    }

    /** Log-probabilities of the token behind [ids]; at most one run of the model if one token is new. */
    fun read(ids: List<Int>): FloatArray {
        val known = rows[ids.size]
        if (known != null && ids.size <= read.size && read.subList(0, ids.size) == ids) return known
        val goesOn = rows.isNotEmpty() && ids.size > read.size && ids.subList(0, read.size) == read
        val before = HashMap(rows)
        rows.clear() // a run that fails leaves nothing behind
        if (goesOn) {
            for (token in ids.subList(read.size, ids.size).toList()) {
                model.feed(token)
                read += token
                before[read.size] = model.logProbabilities.copyOf()
            }
        } else {
            before.clear()
            model.start(intArrayOf(eosId) + ids)
            read.clear()
            read += ids
            before[read.size] = model.logProbabilities.copyOf()
        }
        rows += before
        return rows.getValue(read.size)
    }

    companion object {
        /** Tokens of a sentence that the model reads at most. */
        private const val LONGEST = 48

        /** How many of the first ones are left out at a time. */
        private const val DROPPED = 16
    }
}
