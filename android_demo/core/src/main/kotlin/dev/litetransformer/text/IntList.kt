package dev.litetransformer.text

/** Whole numbers that are added one by one. */
internal class IntList(capacity: Int) {
    private var items = IntArray(maxOf(capacity, 16))
    private var count = 0

    fun add(item: Int) {
        if (count == items.size) items = items.copyOf(2 * count)
        items[count++] = item
    }

    fun toArray(): IntArray = items.copyOf(count)
}
