package dev.litetransformer.decoding

/** A flag that stops a call between two tokens, which then throws [DecodingException.Cancelled]. Any thread may set it; it stays set. */
public class Cancellation {
    @Volatile
    private var cancelled = false

    public val isCancelled: Boolean get() = cancelled

    public fun cancel() {
        cancelled = true
    }
}
