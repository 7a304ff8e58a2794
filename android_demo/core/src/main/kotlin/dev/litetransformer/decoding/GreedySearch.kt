package dev.litetransformer.decoding

/** Greedy search (docs/decoding.md): the most probable allowed token, until `eos`. */
internal class GreedySearch(private val rules: Rules, private val target: Target) {
    private val ids = IntArray(rules.limit)
    private val fed = IntArray(1)
    private val found = IntArray(1)
    private val probability = FloatArray(1)
    private val row by lazy { FloatArray(rules.vocabularySize) }

    /** The hypothesis; none when every token is forbidden. */
    fun run(progress: Progress): List<Scored> {
        var length = 0
        var total = 0f
        fed[0] = rules.eosId
        while (true) {
            total += step(length)
            val token = found[0]
            if (total == Float.NEGATIVE_INFINITY) return emptyList()
            if (token == rules.eosId) return listOf(Scored(ids.copyOf(length), rules.score(total, length + 1)))
            ids[length++] = token
            fed[0] = token
            progress.at(ids, length)
        }
    }

    /** Finds the next token; returns its log-probability. */
    private fun step(length: Int): Float {
        val ends = length == rules.limit
        target.feed(fed, 1, withLogits = ends)
        target.read("next_token", found, 1)
        if (!ends && rules.allows(found[0], ids, length)) {
            target.read("log_probability", probability, 1)
            return probability[0]
        }
        target.logits(0, row)
        rules.allowedLogProbabilities(row, ids, length)
        found[0] = row.indexOfGreatest()
        return row[found[0]]
    }
}
