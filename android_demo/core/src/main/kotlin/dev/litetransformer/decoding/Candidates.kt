package dev.litetransformer.decoding

/** The best few (row, token, value), best first; the lower row, then the lower token on a tie. Minus infinity is no candidate. */
internal class Candidates(private val capacity: Int) {
    val rows = IntArray(capacity)
    val tokens = IntArray(capacity)
    val values = FloatArray(capacity)
    var size = 0
        private set

    fun clear() {
        size = 0
    }

    fun add(row: Int, token: Int, value: Float) {
        if (value == Float.NEGATIVE_INFINITY) return
        if (size == capacity && !isBetter(row, token, value, capacity - 1)) return
        var place = if (size < capacity) size++ else capacity - 1
        while (place > 0 && isBetter(row, token, value, place - 1)) {
            rows[place] = rows[place - 1]
            tokens[place] = tokens[place - 1]
            values[place] = values[place - 1]
            place--
        }
        rows[place] = row
        tokens[place] = token
        values[place] = value
    }

    private fun isBetter(row: Int, token: Int, value: Float, place: Int): Boolean = when {
        value != values[place] -> value > values[place]
        row != rows[place] -> row < rows[place]
        else -> token < tokens[place]
    }
}
