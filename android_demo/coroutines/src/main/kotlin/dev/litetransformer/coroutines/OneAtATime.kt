package dev.litetransformer.coroutines

import dev.litetransformer.decoding.Cancellation
import dev.litetransformer.decoding.DecodingException
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/** Lets blocking calls of one model follow one another on [context], and stops the one under way at its next token when its coroutine is cancelled. */
internal class OneAtATime(private val context: CoroutineContext) {
    private val mutex = Mutex()

    /**
     * Runs a call when those before it have ended. It has ended when this returns or throws, also after a cancellation.
     *
     * @throws CancellationException the coroutine was cancelled, or the model was closed during the call.
     */
    suspend fun <T> call(action: (Cancellation) -> T): T = mutex.withLock {
        coroutineScope {
            val cancellation = Cancellation()
            // Unconfined: it goes on in the thread that cancels, whatever the others are busy with.
            val watch = launch(Dispatchers.Unconfined) {
                try {
                    awaitCancellation()
                } finally {
                    cancellation.cancel()
                }
            }
            try {
                withContext(context) { action(cancellation) }
            } catch (error: DecodingException.Cancelled) {
                currentCoroutineContext().ensureActive()
                throw CancellationException("The model was closed during the call.", error)
            } finally {
                watch.cancel()
            }
        }
    }
}
