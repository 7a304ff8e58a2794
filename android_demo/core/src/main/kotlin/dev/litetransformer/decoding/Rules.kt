package dev.litetransformer.decoding

/** What docs/decoding.md allows at each step of one sentence. */
internal class Rules(val options: DecodingOptions, val limit: Int, val eosId: Int, private val padId: Int, val vocabularySize: Int) {
    /** Whether [token] may follow the first [length] of [ids], when there is room for more than `eos`. */
    fun allows(token: Int, ids: IntArray, length: Int): Boolean = token != padId && token < vocabularySize &&
        (token != eosId || length >= options.minLength) &&
        !completesNgram(ids, length, options.noRepeatNgram, token)

    /** Turns logits into log-probabilities, minus infinity where a token may not follow the first [length] of [ids]; in place. */
    fun allowedLogProbabilities(row: FloatArray, ids: IntArray, length: Int) {
        logSoftmax(row)
        if (length == limit) {
            val end = row[eosId]
            row.fill(Float.NEGATIVE_INFINITY)
            row[eosId] = end
            return
        }
        row[padId] = Float.NEGATIVE_INFINITY
        if (length < options.minLength) row[eosId] = Float.NEGATIVE_INFINITY
        forEachCompletion(ids, length, options.noRepeatNgram) { row[it] = Float.NEGATIVE_INFINITY }
    }

    /** Score of a finished hypothesis of [length] tokens, `eos` counted; in float32. */
    fun score(total: Float, length: Int): Float = total / Math.pow(length.toDouble(), options.lengthPenalty.toFloat().toDouble()).toFloat()
}

/** A finished hypothesis: ids without `eos`. */
internal class Scored(val ids: IntArray, val score: Float)

/** Follows a search: called after each step with the tokens of the best running hypothesis, of which the first `length` count. */
internal fun interface Progress {
    fun at(ids: IntArray, length: Int)
}
