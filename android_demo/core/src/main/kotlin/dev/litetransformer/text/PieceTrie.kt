package dev.litetransformer.text

/**
 * A prefix tree over the UTF-16 units of texts. Nodes stand in breadth-first order, so that the children of one lie side by side,
 * sorted by their unit: three flat arrays, some 10 bytes a node.
 *
 * @param texts without repetitions, none of them empty.
 * @param ids of the texts, not negative.
 */
internal class PieceTrie(texts: List<String>, ids: IntArray) {
    private val units: CharArray
    private val firstChild: IntArray
    private val idOf: IntArray

    init {
        val order = texts.indices.sortedBy { texts[it] }
        val nodes = Builder(order.map { texts[it] })
        units = nodes.units.toString().toCharArray()
        firstChild = nodes.firstChild.toArray()
        val textAt = nodes.textAt.toArray()
        idOf = IntArray(units.size) { node -> if (textAt[node] == NONE) NONE else ids[order[textAt[node]]] }
    }

    /** The node behind [node] along [unit], or [NONE]. The root is 0. */
    fun child(node: Int, unit: Char): Int {
        var low = firstChild[node]
        var high = firstChild[node + 1] - 1
        while (low <= high) {
            val middle = (low + high) ushr 1
            val found = units[middle]
            if (found == unit) return middle
            if (found < unit) low = middle + 1 else high = middle - 1
        }
        return NONE
    }

    /** Id of the text that ends at [node], or [NONE]. */
    fun id(node: Int): Int = idOf[node]

    /** Id of `text[begin, end)`, or [NONE]. */
    fun find(text: CharSequence, begin: Int, end: Int): Int {
        var node = 0
        for (i in begin until end) {
            node = child(node, text[i])
            if (node == NONE) return NONE
        }
        return idOf[node]
    }

    /** Where the longest text ends that begins at [begin]; [begin] when none does. */
    fun longest(text: CharSequence, begin: Int): Int {
        var found = begin
        var node = 0
        var end = begin
        while (end < text.length) {
            node = child(node, text[end++])
            if (node == NONE) break
            if (idOf[node] != NONE) found = end
        }
        return found
    }

    /** A node is a range of the sorted texts that share their first `depth` units. */
    private class Builder(private val sorted: List<String>) {
        val units = StringBuilder("\u0000")
        val firstChild = IntList(1 shl 12)
        val textAt = IntList(1 shl 12)
        private val begins = arrayListOf(0)
        private val ends = arrayListOf(sorted.size)
        private val depths = arrayListOf(0)

        init {
            var node = 0
            while (node < begins.size) addChildren(node++)
            firstChild.add(begins.size)
        }

        private fun addChildren(node: Int) {
            val depth = depths[node]
            val end = ends[node]
            var place = begins[node]
            val endsHere = place < end && sorted[place].length == depth
            textAt.add(if (endsHere) place++ else NONE)
            firstChild.add(begins.size)
            while (place < end) {
                val unit = sorted[place][depth]
                units.append(unit)
                begins += place
                depths += depth + 1
                while (place < end && sorted[place][depth] == unit) place++
                ends += place
            }
        }
    }

    companion object {
        const val NONE = -1
    }
}
