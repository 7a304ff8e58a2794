package dev.litetransformer.text

/**
 * The Unicode data of NFKC, from the resource `nfkc.bin` that tools/normalization_table.py writes and describes: the data of the Unicode version that
 * training used, whatever the JVM or phone has.
 */
internal object NormalizationTable {
    /** Unicode version of the data. */
    val version: String

    private val decomposable: IntArray
    private val decompositionBegin: IntArray
    private val decompositions: IntArray
    private val runBegin: IntArray
    private val runEnd: IntArray
    private val runClass: IntArray
    private val pairs: LongArray
    private val composites: IntArray

    init {
        val reader = NumberReader(resource())
        version = List(3) { reader.next() }.joinToString(".")
        var code = 0
        val targets = IntList(1 shl 14)
        decomposable = IntArray(reader.next())
        decompositionBegin = IntArray(decomposable.size + 1)
        for (i in decomposable.indices) {
            code += reader.next()
            decomposable[i] = code
            val length = reader.next()
            decompositionBegin[i + 1] = decompositionBegin[i] + length
            repeat(length) { targets.add(reader.next()) }
        }
        decompositions = targets.toArray()
        code = 0
        runBegin = IntArray(reader.next())
        runEnd = IntArray(runBegin.size)
        runClass = IntArray(runBegin.size)
        for (i in runBegin.indices) {
            code += reader.next()
            runBegin[i] = code
            runEnd[i] = code + reader.next()
            runClass[i] = reader.next()
        }
        code = 0
        pairs = LongArray(reader.next())
        composites = IntArray(pairs.size)
        for (i in pairs.indices) {
            code += reader.next()
            pairs[i] = pair(code, reader.next())
            composites[i] = reader.next()
        }
    }

    /** Appends the full compatibility decomposition of a code point, or the code point when it has none. */
    fun decompose(code: Int, result: IntList) {
        val i = decomposable.binarySearch(code)
        if (i < 0) return result.add(code)
        for (j in decompositionBegin[i] until decompositionBegin[i + 1]) result.add(decompositions[j])
    }

    /** Canonical combining class. */
    fun combiningClass(code: Int): Int {
        if (code < runBegin[0]) return 0
        val found = runBegin.binarySearch(code)
        val i = if (found >= 0) found else -found - 2
        return if (code < runEnd[i]) runClass[i] else 0
    }

    /** The code point that two compose to, or -1. */
    fun compose(first: Int, second: Int): Int {
        val i = pairs.binarySearch(pair(first, second))
        return if (i >= 0) composites[i] else -1
    }

    private fun pair(first: Int, second: Int): Long = first.toLong() shl 32 or second.toLong()

    private fun resource(): ByteArray {
        val stream = checkNotNull(NormalizationTable::class.java.getResourceAsStream("/dev/litetransformer/text/nfkc.bin")) {
            "The resource dev/litetransformer/text/nfkc.bin must be packed with the classes. Received: none"
        }
        return stream.use { it.readBytes() }
    }

    /** Variable-length numbers behind the four letters. */
    private class NumberReader(private val bytes: ByteArray) {
        private var place = 4

        fun next(): Int {
            var value = 0
            var shift = 0
            while (true) {
                val byte = bytes[place++].toInt()
                value = value or (byte and 0x7F shl shift)
                if (byte >= 0) return value
                shift += 7
            }
        }
    }
}
