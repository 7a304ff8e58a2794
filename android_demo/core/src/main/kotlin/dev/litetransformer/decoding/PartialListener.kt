package dev.litetransformer.decoding

/**
 * Gets a text while it is written: the first token at once, then at most ten calls a second, and the rest at the end. What is final is handed over
 * once, so a long text costs no more than its characters and, per call, one unfinished sentence.
 *
 *     val view = StringBuilder()
 *     var end = 0
 *     object : PartialListener {
 *         override fun onPartial(finished: String, tail: String) {
 *             view.setLength(end)                   // without the tail of the call before
 *             end = view.append(finished).length
 *             view.append(tail)
 *         }
 *     }
 *
 * Calls come on the thread of the call that they belong to. A listener may cancel and close; what it throws ends that call.
 */
public interface PartialListener {
    /**
     * @param finished what has become final since the last call: whole sentences, with what stands behind them. It belongs behind all that came before.
     * @param tail what the model has written of the next sentence. It takes the place of the last call's tail, and is empty in the last call.
     */
    public fun onPartial(finished: String, tail: String)
}

/** The whole text so far for a callback that takes nothing else. */
internal class WholeText(private val onPartial: (String) -> Unit) : PartialListener {
    private val text = StringBuilder()

    override fun onPartial(finished: String, tail: String) {
        text.append(finished)
        onPartial(if (tail.isEmpty()) text.toString() else text.toString() + tail)
    }
}

/**
 * Collects what a call writes, and hands it over when it is time.
 *
 * @param nanoTime a clock.
 */
internal class PartialOutput(private val listener: PartialListener, private val nanoTime: () -> Long) {
    private val finished = StringBuilder()
    private var lastCall: Long? = null

    /** Whether an unfinished sentence is wanted now; the answer is yes at most ten times a second. */
    fun isDue(): Boolean {
        val now = nanoTime()
        val last = lastCall
        if (last != null && now - last < INTERVAL_NANOSECONDS) return false
        lastCall = now
        return true
    }

    /** Hands over an unfinished sentence, after [isDue]. */
    fun show(tail: String) {
        val text = finished.toString()
        finished.setLength(0)
        listener.onPartial(text, tail)
    }

    /** Appends text that stays. */
    fun append(text: String) {
        finished.append(text)
    }

    /** Hands over the rest, whatever the time. */
    fun end(): Unit = show("")

    private companion object {
        const val INTERVAL_NANOSECONDS = 100_000_000L
    }
}
