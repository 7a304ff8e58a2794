package dev.litetransformer.text

import java.util.PriorityQueue

/**
 * Cuts words into pieces as subword-nmt does (Sennrich et al., 2016): what stands between spaces is a word, and each of its pieces but the last ends
 * in `@@`. Other white space is part of a word until the pieces are read. Time is `n log n` in the length of a word.
 *
 * @param merges pairs of symbols in the order in which they were learnt; of a pair that comes twice the first counts.
 * @param endIsSymbol whether the end of a word is a symbol of its own (version 0.1), and no part of that of the last character.
 */
internal class BytePairs(merges: List<Pair<String, String>>, private val endIsSymbol: Boolean) : TextCutter {
    private val symbols = HashMap<String, Int>(2 * merges.size)
    private val ranks = HashMap<Long, Int>(2 * merges.size)

    /** The symbol that each merge makes; [NONE] when no merge goes on with it. */
    private val joined: IntArray

    init {
        merges.forEachIndexed { rank, (first, second) ->
            val pair = pair(symbols.getOrPut(first) { symbols.size }, symbols.getOrPut(second) { symbols.size })
            if (pair !in ranks) ranks[pair] = rank
        }
        joined = IntArray(merges.size) { rank -> merges[rank].let { (first, second) -> symbols[first + second] ?: NONE } }
    }

    override fun cut(text: String, emit: (String) -> Unit) {
        for (word in text.trim('\r', '\n', ' ').split(' ')) {
            if (word.isNotEmpty()) cutWord(word) { piece -> Characters.forEachWord(piece, emit) }
        }
    }

    private inline fun cutWord(word: String, emit: (String) -> Unit) {
        if (word.codePointCount(0, word.length) == 1) return emit(word)
        val ends = Symbols(word).apply { joinAll() }
        var begin = 0
        var symbol = 0
        while (begin < word.length) {
            val end = ends.end[symbol]
            emit(if (end < word.length) word.substring(begin, end) + SEPARATOR else word.substring(begin))
            begin = end
            symbol = ends.next[symbol]
        }
    }

    /** The symbols of a word by their number, the first character's being 0. */
    private inner class Symbols(word: String) {
        private val count = word.codePointCount(0, word.length) + if (endIsSymbol) 1 else 0

        /** Where each ends in the word. */
        val end = IntArray(count)

        /** The one behind it, [NONE] behind the last. */
        val next = IntArray(count) { if (it + 1 < count) it + 1 else NONE }
        private val before = IntArray(count) { it - 1 }
        private val id = IntArray(count)

        /** Rank of joining it with the next one. */
        private val rank = IntArray(count) { NONE }

        /** Rank and number of a pair that could be joined when it was added; the least is the next one. */
        private val queue = PriorityQueue<Long>()

        init {
            var begin = 0
            for (i in 0 until count) {
                end[i] = if (begin < word.length) word.offsetByCodePoints(begin, 1) else begin
                val text = word.substring(begin, end[i])
                id[i] = symbols[if (i + 1 == count) text + END else text] ?: NONE
                begin = end[i]
            }
            for (i in 0 until count) look(i)
        }

        /** In each round, joins all pairs of the least rank from left to right, before pairs that this makes possible, whatever their rank. */
        fun joinAll() {
            while (queue.isNotEmpty()) {
                val best = rankOf(queue.peek())
                val round = IntList(0)
                while (queue.isNotEmpty() && rankOf(queue.peek()) == best) round.add(queue.poll().toInt())
                for (i in round.toArray()) if (rank[i] == best) join(i)
            }
        }

        private fun rankOf(entry: Long): Int = (entry ushr 32).toInt()

        private fun join(i: Int) {
            val gone = next[i]
            id[i] = joined[rank[i]]
            end[i] = end[gone]
            next[i] = next[gone]
            rank[gone] = NONE
            if (next[i] != NONE) before[next[i]] = i
            look(i)
            if (before[i] != NONE) look(before[i])
        }

        private fun look(i: Int) {
            val second = next[i]
            val isPair = second != NONE && id[i] != NONE && id[second] != NONE
            rank[i] = if (isPair) ranks[pair(id[i], id[second])] ?: NONE else NONE
            if (rank[i] != NONE) queue += rank[i].toLong() shl 32 or i.toLong()
        }
    }

    companion object {
        const val SEPARATOR = "@@"
        private const val END = "</w>"
        private const val NONE = -1
        private const val RULE = "Codes of byte pairs must"
        private val VERSION = Regex("#version: *([0-9])\\.([0-9])(\\.0)*")
        private val VERSIONS = listOf("0.1", "0.2")

        private fun pair(first: Int, second: Int): Long = first.toLong() shl 32 or second.toLong()

        /**
         * The codes of a file: a line `#version: 0.2`, which may be missing, then one pair per line, in files of fastBPE with a count behind it.
         *
         * @throws VocabularyException it is no such file.
         */
        fun read(text: String): BytePairs {
            val lines = text.trimEnd('\n').split('\n')
            val hasVersion = lines[0].startsWith("#version:")
            val pairs = lines.drop(if (hasVersion) 1 else 0).map { it.trim('\r', '\n', ' ').split(' ') }
            val isCounted = pairs.all { it.size == 3 && isNumber(it[2]) }
            val broken = if (isCounted) null else pairs.firstOrNull { it.size != 2 || "" in it }
            if (broken != null) fail("have two symbols per line", "'${broken.joinToString(" ").take(SHOWN)}'")
            if (pairs.isEmpty()) fail("hold merges", "none")
            if (isCounted && pairs.any { "" in it }) fail("have two symbols per line", "one that is empty")
            val version = if (hasVersion) version(lines[0]) else VERSIONS[0]
            if (version !in VERSIONS && !isCounted) fail("have version 0.1 or 0.2", "'${lines[0].take(SHOWN)}'")
            return BytePairs(pairs.map { (first, second) -> first to second }, endIsSymbol = version == VERSIONS[0] && !isCounted)
        }

        private fun version(line: String): String? =
            VERSION.matchEntire(line.trimEnd { Characters.isSpace(it) })?.let { "${it.groupValues[1]}.${it.groupValues[2]}" }

        private fun isNumber(text: String): Boolean = text.isNotEmpty() && text.codePoints().allMatch(Character::isDigit)

        private fun fail(rule: String, received: String): Nothing = throw VocabularyException("$RULE $rule. Received: $received")

        private const val SHOWN = 80
    }
}
