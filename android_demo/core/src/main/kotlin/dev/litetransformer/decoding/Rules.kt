package dev.litetransformer.decoding

/** All rules of decoding, named as in Python's `decoding/rules/registry.py`. A new rule is a class of this file with its entry here. */
private val RULES: List<RuleFactory> = listOf(NoRepeatNgram, SpecialTokens)

/** Forbids tokens at each step of the search for one sentence (docs/decoding.md, "Rules"). */
internal interface Rule {
    /** Whether [token] is forbidden after the first [length] of [ids]. */
    fun forbids(token: Int, ids: IntArray, length: Int): Boolean

    /** Writes minus infinity at all forbidden tokens of [row], which has an entry for each token of the vocabulary. */
    fun forbid(row: FloatArray, ids: IntArray, length: Int) {
        for (token in row.indices) if (forbids(token, ids, length)) row[token] = Float.NEGATIVE_INFINITY
    }
}

/** Makes the rule for one sentence; null when its options switch it off. */
internal fun interface RuleFactory {
    fun of(options: DecodingOptions, sentence: Sentence): Rule?
}

/**
 * What a rule knows of a sentence beside the options.
 *
 * @property limit greatest number of tokens before `eos`.
 */
internal class Sentence(val limit: Int, val eosId: Int, val padId: Int)

/** Forbids `pad` always, `eos` before the minimum length, and every other token at the sentence's limit. */
internal class SpecialTokens(private val minLength: Int, private val sentence: Sentence) : Rule {
    override fun forbids(token: Int, ids: IntArray, length: Int): Boolean = when (token) {
        sentence.eosId -> length < minLength
        sentence.padId -> true
        else -> length >= sentence.limit
    }

    override fun forbid(row: FloatArray, ids: IntArray, length: Int) {
        val end = row[sentence.eosId]
        if (length >= sentence.limit) row.fill(Float.NEGATIVE_INFINITY)
        row[sentence.padId] = Float.NEGATIVE_INFINITY
        row[sentence.eosId] = if (length < minLength) Float.NEGATIVE_INFINITY else end
    }

    companion object : RuleFactory {
        override fun of(options: DecodingOptions, sentence: Sentence): Rule = SpecialTokens(options.minLength, sentence)
    }
}

/** Forbids every token that would complete an n-gram of [size] that the hypothesis already contains. */
internal class NoRepeatNgram(private val size: Int) : Rule {
    override fun forbids(token: Int, ids: IntArray, length: Int): Boolean {
        forEachCompletion(ids, length) { if (it == token) return true }
        return false
    }

    override fun forbid(row: FloatArray, ids: IntArray, length: Int) = forEachCompletion(ids, length) { row[it] = Float.NEGATIVE_INFINITY }

    /** Calls [action] with each token that would complete such an n-gram; the same token may come twice. */
    private inline fun forEachCompletion(ids: IntArray, length: Int, action: (Int) -> Unit) {
        val prefix = length - (size - 1)
        for (start in 0 until prefix) {
            var same = true
            for (offset in 0 until size - 1) {
                if (ids[start + offset] != ids[prefix + offset]) {
                    same = false
                    break
                }
            }
            if (same) action(ids[start + size - 1])
        }
    }

    companion object : RuleFactory {
        override fun of(options: DecodingOptions, sentence: Sentence): Rule? =
            if (options.noRepeatNgram > 0) NoRepeatNgram(options.noRepeatNgram) else null
    }
}

/** The rules and the score of one sentence's search. */
internal class Rules(val options: DecodingOptions, val limit: Int, val eosId: Int, padId: Int, val vocabularySize: Int) {
    private val active = RULES.mapNotNull { it.of(options, Sentence(limit, eosId, padId)) }.toTypedArray()

    /** Whether [token] may follow the first [length] of [ids]. */
    fun allows(token: Int, ids: IntArray, length: Int): Boolean {
        if (token >= vocabularySize) return false
        for (rule in active) if (rule.forbids(token, ids, length)) return false
        return true
    }

    /** Turns logits into log-probabilities, minus infinity where a token may not follow the first [length] of [ids]; in place. */
    fun allowedLogProbabilities(row: FloatArray, ids: IntArray, length: Int) {
        logSoftmax(row)
        for (rule in active) rule.forbid(row, ids, length)
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
