package dev.litetransformer.decoding

/** Whether [token] would complete an n-gram of [size] that the first [length] of [ids] already hold. */
internal fun completesNgram(ids: IntArray, length: Int, size: Int, token: Int): Boolean {
    var found = false
    forEachCompletion(ids, length, size) { if (it == token) found = true }
    return found
}

/** Calls [action] with each token that would complete an n-gram of [size] that the first [length] of [ids] already hold; repeats may occur. */
internal inline fun forEachCompletion(ids: IntArray, length: Int, size: Int, action: (Int) -> Unit) {
    if (size <= 0) return
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
