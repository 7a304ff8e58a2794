package dev.litetransformer.decoding

/**
 * Beam search (docs/decoding.md) over `beam_step`, which lists the most probable tokens of each row. Where a list does not settle its row, its
 * logits are read.
 */
internal class BeamSearch(private val rules: Rules, private val target: Target) {
    private val size = rules.options.beamSize
    private val listed = target.listed
    private val listedTokens = IntArray(size * listed)
    private val listedValues = FloatArray(size * listed)
    private val candidates = Candidates(2 * size)
    private val best = Candidates(2 * size)
    private val row by lazy { FloatArray(rules.vocabularySize) }

    private var live = Array(size) { IntArray(rules.limit) }
    private var next = Array(size) { IntArray(rules.limit) }
    private val totals = FloatArray(size)
    private val tokens = IntArray(size)
    private val parents = IntArray(size)
    private val finished = ArrayList<Scored>(size)

    /** The finished hypotheses, best first; of equal scores the first finished first. */
    fun run(progress: Progress): List<Scored> {
        var count = 1
        tokens[0] = rules.eosId
        for (length in 0..rules.limit) {
            findCandidates(count, length)
            count = divide(length)
            if (finished.size == size || length == rules.limit || count == 0) break
            keep(count, length)
            progress.at(live[0], length + 1)
        }
        return finished.sortedByDescending { it.score }
    }

    /** Feeds the [count] live hypotheses' last tokens and fills [candidates]. */
    private fun findCandidates(count: Int, length: Int) {
        val wanted = 2 * size
        val ends = length == rules.limit
        val neverSettled = ends || (listed <= wanted && listed < rules.vocabularySize)
        target.feed(tokens, count, neverSettled)
        target.read("top_tokens", listedTokens, count * listed)
        target.read("top_log_probabilities", listedValues, count * listed)
        candidates.clear()
        for (row in 0 until count) {
            if (neverSettled || !addListed(row, length, wanted)) addFromLogits(row, length)
        }
    }

    /** Adds the allowed listed tokens of a row if the list settles it: enough of them above its last entry, with which unlisted tokens may tie. */
    private fun addListed(row: Int, length: Int, wanted: Int): Boolean {
        val first = row * listed
        val last = listedValues[first + listed - 1]
        var allowed = 0
        for (place in first until first + listed) {
            if (!rules.allows(listedTokens[place], live[row], length)) listedTokens[place] = FORBIDDEN else if (listedValues[place] > last) allowed++
        }
        if (allowed < wanted && listed < rules.vocabularySize) return false
        for (place in first until first + listed) {
            if (listedTokens[place] != FORBIDDEN) candidates.add(row, listedTokens[place], totals[row] + listedValues[place])
        }
        return true
    }

    private fun addFromLogits(row: Int, length: Int) {
        target.logits(row, this.row)
        rules.allowedLogProbabilities(this.row, live[row], length)
        best.clear()
        for (token in this.row.indices) best.add(row, token, this.row[token])
        for (place in 0 until best.size) candidates.add(row, best.tokens[place], totals[row] + best.values[place])
    }

    /**
     * Takes the ends among the first [size] candidates as finished, and the first [size] others as the next hypotheses, into [parents],
     * [tokens] and [totals]; returns how many these are.
     */
    private fun divide(length: Int): Int {
        var kept = 0
        for (place in 0 until candidates.size) {
            val row = candidates.rows[place]
            if (candidates.tokens[place] != rules.eosId) {
                if (kept == size) continue
                parents[kept] = row
                tokens[kept] = candidates.tokens[place]
                totals[kept++] = candidates.values[place]
            } else if (place < size && finished.size < size) {
                finished += Scored(live[row].copyOf(length), rules.score(candidates.values[place], length + 1))
            }
        }
        return kept
    }

    private fun keep(count: Int, length: Int) {
        for (row in 0 until count) {
            live[parents[row]].copyInto(next[row], 0, 0, length)
            next[row][length] = tokens[row]
        }
        live = next.also { next = live }
        target.reorder(parents, count)
    }

    private companion object {
        const val FORBIDDEN = -1
    }
}
