package dev.litetransformer.decoding

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

/** The cases are those of Python's tests/decoding/test_rules.py. */
class RulesTest {
    @Test
    fun noNgramOccursTwice() {
        assertEquals(setOf(5, 6), forbidden(NoRepeatNgram(1), 5, 6, 5))
        assertEquals(setOf<Int>(), forbidden(NoRepeatNgram(1)))
        assertEquals(setOf(6), forbidden(NoRepeatNgram(2), 5, 6, 7, 5))
        assertEquals(setOf(6, 7), forbidden(NoRepeatNgram(2), 5, 6, 5, 7, 5))
        assertEquals(setOf(5), forbidden(NoRepeatNgram(2), 5, 5, 5))
        assertEquals(setOf(7), forbidden(NoRepeatNgram(3), 5, 6, 7, 5, 6))
        assertEquals(setOf<Int>(), forbidden(NoRepeatNgram(3), 5, 6))
        assertEquals(setOf<Int>(), forbidden(NoRepeatNgram(5), 5, 6, 7))
        assertNull(NoRepeatNgram.of(DecodingOptions(), Sentence(3, EOS, PAD)))
    }

    @Test
    fun padsNeverComeAndTheEndComesInTime() {
        assertEquals(setOf(PAD, EOS), forbidden(specialTokens(limit = 3)))
        assertEquals(setOf(PAD), forbidden(specialTokens(limit = 3), 0, 0))
        assertEquals(ALL - EOS, forbidden(specialTokens(limit = 3), 0, 0, 0))
        assertEquals(ALL, forbidden(specialTokens(limit = 1), 0))
    }

    @Test
    fun aTokenIsAllowedWhenNoRuleForbidsIt() {
        val rules = Rules(DecodingOptions(minLength = 2, noRepeatNgram = 1), 4, EOS, PAD, ALL.size)
        val ids = intArrayOf(5, 6, -1)
        assertEquals(ALL - setOf(PAD, 5, 6), (0..ALL.size + 2).filter { rules.allows(it, ids, 2) }.toSet())
        val row = FloatArray(ALL.size)
        rules.allowedLogProbabilities(row, ids, 2)
        val expected = FloatArray(ALL.size) { if (it in setOf(PAD, 5, 6)) Float.NEGATIVE_INFINITY else -Math.log(ALL.size.toDouble()).toFloat() }
        assertArrayEquals(expected, row, 1e-6f)
    }

    private fun specialTokens(limit: Int): Rule = SpecialTokens.of(DecodingOptions(minLength = 2), Sentence(limit, EOS, PAD))

    /** The tokens that the rule forbids, one by one and in a row of log-probabilities. */
    private fun forbidden(rule: Rule, vararg ids: Int): Set<Int> {
        val row = FloatArray(ALL.size)
        rule.forbid(row, ids, ids.size)
        val found = ALL.filter { row[it] == Float.NEGATIVE_INFINITY }.toSet()
        assertEquals(found, ALL.filter { rule.forbids(it, ids, ids.size) }.toSet())
        return found
    }

    private companion object {
        const val PAD = 1
        const val EOS = 2
        val ALL = (0..9).toSet()
    }
}
