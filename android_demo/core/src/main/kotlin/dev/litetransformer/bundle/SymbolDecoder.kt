package dev.litetransformer.bundle

/**
 * Entropy-coded bytes back: range asymmetric numeral systems (Duda 2013) with one table and interleaved lanes, as docs/download.md defines them.
 *
 * @param count how many symbols there are; it decides the number of lanes.
 * @param data holds them from [begin] to [end].
 * @throws BundleException.DamagedDownload the bytes are none.
 */
internal class SymbolDecoder(count: Long, private val data: ByteArray, begin: Int, private val end: Int) {
    private val states: LongArray
    private val shares: IntArray
    private val starts = IntArray(SYMBOLS)
    private val symbolOf = ByteArray(TOTAL)
    private var lane = 0
    private var place: Int

    init {
        if (end - begin < HEAD_BYTES) failPacked("Packed symbols must begin with lanes and a table", "${end - begin} bytes")
        val lanes = byte(begin)
        if (lanes != lanesFor(count)) failPacked("$count packed symbols must have ${lanesFor(count)} lanes", lanes)
        val table = begin + HEAD_BYTES
        place = table + word(begin + 1)
        if (place > end) failPacked("The table of packed symbols must end inside them", "${place - table} bytes")
        val codes = inflate(data, table, place, SYMBOLS)
        if (codes.isEmpty()) failPacked("A table of packed symbols must have codes", "none")
        shares = sharesOf(codes)
        fillTables()
        if (end - place < 4 * lanes || (end - place) % 2 != 0) failPacked("Packed symbols must hold $lanes states and whole words", "${end - place} bytes")
        states = LongArray(lanes) { uint32(data, place + 4 * it) }
        place += 4 * lanes
    }

    /** The next symbol, 0 to 255. */
    fun next(): Int {
        val state = states[lane]
        val slot = state.toInt() and (TOTAL - 1)
        val symbol = symbolOf[slot].toInt() and 0xFF
        var following = shares[symbol] * (state ushr PROBABILITY_BITS) + slot - starts[symbol]
        if (following < LOWEST) {
            if (place == end) failPacked("Packed symbols must have a word for each state that falls below 2^16", "an early end")
            following = following shl 16 or word(place).toLong()
            place += 2
        }
        states[lane] = following
        lane = if (lane + 1 == states.size) 0 else lane + 1
        return symbol
    }

    /** Checks that the last symbol was read. */
    fun finish() {
        if (place != end || states.any { it != LOWEST }) failPacked("Packed symbols must end where their states began", "other ones")
    }

    private fun byte(place: Int): Int = data[place].toInt() and 0xFF

    private fun word(place: Int): Int = byte(place) or (byte(place + 1) shl 8)

    private fun fillTables() {
        var start = 0
        for (symbol in shares.indices) {
            starts[symbol] = start
            symbolOf.fill(symbol.toByte(), start, start + shares[symbol])
            start += shares[symbol]
        }
    }

    private companion object {
        const val SYMBOLS = 256
        const val PROBABILITY_BITS = 14
        const val TOTAL = 1 shl PROBABILITY_BITS
        const val LOWEST = 1L shl 16
        const val MOST_LANES = 64
        const val SYMBOLS_PER_LANE = 1024L
        const val LARGEST_CODE = 240
        const val HEAD_BYTES = 3

        /** A power of two, so that the first states of few symbols cost little. */
        fun lanesFor(count: Long): Int = generateSequence(1) { 2 * it }.first { it == MOST_LANES || it * SYMBOLS_PER_LANE >= count }

        /** Shares of [TOTAL] in proportion to the weights that the codes stand for; what rounding leaves goes to the greatest, the first of equals. */
        fun sharesOf(table: ByteArray): IntArray {
            val codes = IntArray(SYMBOLS) { if (it < table.size) table[it].toInt() and 0xFF else 0 }
            if (codes.max() !in 1..LARGEST_CODE) failPacked("A table must hold codes in [1, $LARGEST_CODE]", "at most ${codes.max()}")
            val weights = LongArray(SYMBOLS) { if (codes[it] == 0) 0L else (8L + (codes[it] - 1) % 8) shl (codes[it] - 1) / 8 }
            val sum = weights.sum()
            val shares = IntArray(SYMBOLS) { if (codes[it] == 0) 0 else maxOf(1L, weights[it] * TOTAL / sum).toInt() }
            val greatest = shares.indices.maxBy { shares[it] }
            shares[greatest] += TOTAL - shares.sum()
            return shares
        }
    }
}
