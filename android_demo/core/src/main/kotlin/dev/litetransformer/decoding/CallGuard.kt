package dev.litetransformer.decoding

import java.io.Closeable

/**
 * Lets one call at a time use resources, and closes them when no call uses them any more.
 *
 * @param name of the class, for errors.
 * @param resources closed in this order, once.
 */
internal class CallGuard(private val name: String, private vararg val resources: Closeable) : Closeable {
    private enum class State { IDLE, RUNNING, CLOSING, CLOSED }

    private val lock = Any()

    @Volatile
    private var state = State.IDLE

    /**
     * Runs a call.
     *
     * @throws DecodingException.Busy another one is under way.
     * @throws DecodingException.Closed after [close].
     */
    fun <T> call(action: () -> T): T {
        enter()
        try {
            return action()
        } finally {
            leave()
        }
    }

    /**
     * Between two tokens.
     *
     * @throws DecodingException.Cancelled the flag is set, or [close] was called during this call.
     */
    fun check(cancellation: Cancellation) {
        if (cancellation.isCancelled || state == State.CLOSING) throw DecodingException.Cancelled()
    }

    /** Any thread may call it: a call under way ends with [DecodingException.Cancelled] before its next token, and then the resources are closed. */
    override fun close() {
        synchronized(lock) {
            when (state) {
                State.RUNNING -> state = State.CLOSING
                State.IDLE -> state = State.CLOSED
                State.CLOSING, State.CLOSED -> return
            }
            if (state == State.CLOSING) return
        }
        release()
    }

    private fun enter() = synchronized(lock) {
        when (state) {
            State.IDLE -> state = State.RUNNING
            State.RUNNING -> throw DecodingException.Busy(name)
            State.CLOSING, State.CLOSED -> throw DecodingException.Closed(name)
        }
    }

    private fun leave() {
        synchronized(lock) {
            state = if (state == State.CLOSING) State.CLOSED else State.IDLE
            if (state == State.IDLE) return
        }
        release()
    }

    private fun release() = resources.forEach { it.close() }
}
