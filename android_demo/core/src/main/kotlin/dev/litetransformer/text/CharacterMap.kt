package dev.litetransformer.text

/**
 * The rules of a SentencePiece model's normaliser, its `precompiled_charsmap`: the bytes of a trie in little endian (4 bytes), the trie, and texts that
 * each end with a zero. The trie is a double array (Yata et al., 2007) over the bytes of what a rule reads; its values are places of texts.
 *
 * All of it is looked at when it is opened: nothing lies outside, and a rule reads and writes at most [LONGEST] bytes.
 *
 * @throws VocabularyException it is no such map, or of longer rules.
 */
internal class CharacterMap(private val bytes: ByteArray) {
    private val units: IntArray
    private val texts: Int

    init {
        val size = if (bytes.size > WORD) littleEndian(0).toLong() and 0xFFFF_FFFFL else 0L
        val hasBoth = size > 0 && size % BLOCK == 0L && size < bytes.size - WORD
        if (!hasBoth) fail("hold a trie in blocks of $BLOCK bytes, and texts", "${bytes.size} bytes, $size of a trie")
        if (size > MOST_BYTES) fail("have a trie of at most $MOST_BYTES bytes", size)
        units = IntArray(size.toInt() / WORD) { littleEndian(WORD + WORD * it) }
        texts = WORD + size.toInt()
        utf8(bytes.copyOfRange(texts, bytes.size))
        Check().height(offset(units[0]), 0)
    }

    private fun littleEndian(place: Int): Int = (WORD - 1 downTo 0).fold(0) { bits, i -> bits shl 8 or (bytes[place + i].toInt() and 0xFF) }

    /** The longest rule that reads the bytes from [begin] on, as its length and its value; 0 without one. */
    fun longest(input: ByteArray, begin: Int): Long {
        var found = 0L
        var node = offset(units[0])
        var place = begin
        while (place < input.size) {
            val label = input[place++].toInt() and 0xFF
            val unit = units[node xor label]
            if (label == 0 || unit and LABEL != label) break
            node = node xor label xor offset(unit)
            if (hasValue(unit)) found = (place - begin).toLong() shl 32 or value(units[node]).toLong()
        }
        return found
    }

    /** The text at [value]. */
    fun text(value: Int): String = String(bytes, texts + value, endOf(value) - texts - value, Charsets.UTF_8)

    private fun endOf(value: Int): Int {
        var end = texts + value
        while (bytes[end].toInt() != 0) end++
        return end
    }

    /** Goes along all rules once. */
    private inner class Check {
        /** By the place of a node's children, one more than the bytes of the longest rest of a rule behind it; 0 where they were not looked at. */
        private val known = ShortArray(units.size)

        fun height(node: Int, depth: Int): Int {
            if (node !in units.indices) fail("have nodes inside its trie", node)
            if (known[node] > 0 && depth + known[node] - 1 <= LONGEST) return known[node] - 1
            if (known[node] > 0 || depth > LONGEST) fail("have rules that read at most $LONGEST bytes", "a longer one")
            var height = 0
            for (label in 1..0xFF) {
                val unit = units[node xor label]
                if (unit and LABEL != label) continue
                val next = node xor label xor offset(unit)
                height = maxOf(height, 1 + height(next, depth + 1))
                if (hasValue(unit)) checkText(value(units[next]))
            }
            known[node] = (height + 1).toShort()
            return height
        }

        private fun checkText(value: Int) {
            val begin = texts.toLong() + value
            if (begin >= bytes.size || bytes[begin.toInt()].toInt() and 0xC0 == 0x80) fail("have rules that write whole texts of its own", value)
            val last = minOf(begin.toInt() + LONGEST, bytes.size - 1)
            if ((begin.toInt()..last).none { bytes[it].toInt() == 0 }) fail("have rules that write at most $LONGEST bytes", "a longer one")
        }
    }

    private fun fail(rule: String, received: Any): Nothing =
        throw VocabularyException("A SentencePiece model's map of characters must $rule. Received: $received")

    companion object {
        /** Bytes that a rule may read, and write. Those of SentencePiece read at most 12 and write at most 33. */
        const val LONGEST = 256

        /** Bytes that a trie may have. Those of SentencePiece have 179,200. */
        private const val MOST_BYTES = 1 shl 22
        private const val WORD = 4
        private const val BLOCK = 1024L

        /** The byte that leads to a node; a node that only has a value has the highest bit, which no byte has. */
        private const val LABEL = Int.MIN_VALUE or 0xFF

        private fun offset(unit: Int): Int = (unit ushr 10) shl (unit and 0x200 ushr 6)

        private fun hasValue(unit: Int): Boolean = unit ushr 8 and 1 == 1

        private fun value(unit: Int): Int = unit and Int.MAX_VALUE
    }
}
