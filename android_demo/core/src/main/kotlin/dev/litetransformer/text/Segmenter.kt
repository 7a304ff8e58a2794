package dev.litetransformer.text

import java.util.PriorityQueue

/** Cuts a prepared text into pieces. */
internal fun interface Segmenter {
    /** Calls [emit] with id, begin and end of each symbol, left to right; the id is [PieceTrie.NONE] for a single character that is no piece. */
    fun segment(text: String, emit: (id: Int, begin: Int, end: Int) -> Unit)
}

/** End of the character (code point) that begins at [begin]; the text has no lone surrogates. */
private fun characterEnd(text: String, begin: Int): Int = if (text[begin].isHighSurrogate()) begin + 2 else begin + 1

/**
 * The best path by the sum of its pieces' scores (Kudo, 2018), in SentencePiece's arithmetic: best scores are float32, a candidate that ends with a piece is
 * compared in float64 before it is rounded, one that ends with an unknown character after. Of equal paths the one that is found first stays.
 */
internal class UnigramSegmenter(private val trie: PieceTrie, private val scores: DoubleArray, private val unknownScore: Float) : Segmenter {
    override fun segment(text: String, emit: (id: Int, begin: Int, end: Int) -> Unit) {
        val best = FloatArray(text.length + 1)
        val from = IntArray(text.length + 1) { UNREACHED }
        val piece = IntArray(text.length + 1)
        var begin = 0
        while (begin < text.length) {
            val next = characterEnd(text, begin)
            var hasSingle = false
            var node = trie.child(0, text[begin])
            var end = begin + 1
            while (node != PieceTrie.NONE) {
                val id = trie.id(node)
                if (id != PieceTrie.NONE) {
                    offer(best, from, piece, begin, end, id, scores[id] + best[begin])
                    hasSingle = hasSingle || end == next
                }
                node = if (end < text.length) trie.child(node, text[end++]) else PieceTrie.NONE
            }
            if (!hasSingle) offer(best, from, piece, begin, next, PieceTrie.NONE, (unknownScore + best[begin]).toDouble())
            begin = next
        }
        emitPath(from, piece, emit)
    }

    private fun offer(best: FloatArray, from: IntArray, piece: IntArray, begin: Int, end: Int, id: Int, candidate: Double) {
        if (from[end] == UNREACHED || candidate > best[end]) {
            best[end] = candidate.toFloat()
            from[end] = begin
            piece[end] = id
        }
    }

    /** Walks back along `from`, then forward again. */
    private fun emitPath(from: IntArray, piece: IntArray, emit: (id: Int, begin: Int, end: Int) -> Unit) {
        val ends = IntArray(from.size)
        var count = 0
        var end = from.size - 1
        while (end > 0) {
            ends[count++] = end
            end = from[end]
        }
        for (i in count - 1 downTo 0) emit(piece[ends[i]], from[ends[i]], ends[i])
    }

    private companion object {
        const val UNREACHED = -1
    }
}

/**
 * Joins the neighbours whose piece has the highest score, of equal ones the leftmost, until none can be joined (Sennrich et al., 2016).
 *
 * @param whole pieces that are one symbol from the beginning, and joined with nothing; or none.
 */
internal class BpeSegmenter(private val trie: PieceTrie, scores: FloatArray, private val whole: PieceTrie? = null) : Segmenter {
    /** Place of each piece's score among all, the highest first; equal scores share one. */
    private val ranks: IntArray

    init {
        val order = scores.distinct().sortedDescending()
        val rankOf = order.withIndex().associate { (rank, score) -> score to rank }
        ranks = IntArray(scores.size) { rankOf.getValue(scores[it]) }
    }

    override fun segment(text: String, emit: (id: Int, begin: Int, end: Int) -> Unit) {
        val symbols = Symbols(text)
        symbols.joinAll()
        var begin = 0
        while (begin < text.length) {
            val end = symbols.end[begin]
            emit(trie.find(text, begin, end), begin, end)
            begin = end
        }
    }

    /** Symbols by the place where they begin: where each ends, where the one before begins, and the rank of joining it with the next. */
    private inner class Symbols(private val text: String) {
        val end = IntArray(text.length)
        private val before = IntArray(text.length + 1)
        private val rank = IntArray(text.length) { UNJOINABLE }
        private val isWhole = BooleanArray(if (whole == null) 0 else text.length)

        /** Rank and begin of a pair that could be joined when it was added; the least is the next one. */
        private val queue = PriorityQueue<Long>()

        init {
            var begin = 0
            while (begin < text.length) {
                end[begin] = firstEnd(begin)
                before[end[begin]] = begin
                begin = end[begin]
            }
            begin = 0
            while (begin < text.length) {
                look(begin)
                begin = end[begin]
            }
        }

        private fun firstEnd(begin: Int): Int {
            val kept = whole?.longest(text, begin) ?: begin
            if (kept == begin) return characterEnd(text, begin)
            isWhole[begin] = true
            return kept
        }

        fun joinAll() {
            while (true) {
                val next = queue.poll() ?: return
                val begin = next.toInt()
                if (rank[begin] == (next ushr 32).toInt()) join(begin)
            }
        }

        private fun join(begin: Int) {
            val middle = end[begin]
            rank[middle] = UNJOINABLE
            end[begin] = end[middle]
            before[end[begin]] = begin
            look(begin)
            if (begin > 0) look(before[begin])
        }

        /** Looks up the pair that begins at [begin], and queues it when it is a piece. */
        private fun look(begin: Int) {
            val middle = end[begin]
            val isPair = middle < text.length && (whole == null || !isWhole[begin] && !isWhole[middle])
            val id = if (isPair) trie.find(text, begin, end[middle]) else PieceTrie.NONE
            rank[begin] = if (id == PieceTrie.NONE) UNJOINABLE else ranks[id]
            if (id != PieceTrie.NONE) queue += ranks[id].toLong() shl 32 or begin.toLong()
        }
    }

    private companion object {
        const val UNJOINABLE = -1
    }
}
