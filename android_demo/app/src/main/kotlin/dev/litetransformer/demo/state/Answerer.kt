package dev.litetransformer.demo.state

import dev.litetransformer.decoding.Cancellation
import dev.litetransformer.demo.model.Answer
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.model.Request
import dev.litetransformer.demo.model.TextModel
import dev.litetransformer.runtime.TensorModelFactory
import java.util.concurrent.CancellationException
import java.util.concurrent.Executor
import java.util.concurrent.atomic.AtomicReference

/** @property seconds that the answer took, the loading of the model not counted. */
internal class TimedAnswer(val answer: Answer, val seconds: Double)

/** Keeps the model that was used last loaded. For the background thread only. */
internal class Answerer(store: Lazy<ModelStore>, private val runtime: TensorModelFactory, private val nanoseconds: () -> Long) {
    private val store by store
    private var loaded: Pair<String, TextModel>? = null

    fun answer(entry: ModelEntry, request: Request, cancellation: Cancellation, onPartial: (String) -> Unit): TimedAnswer {
        try {
            val model = load(entry)
            val start = nanoseconds()
            return TimedAnswer(model.answer(request, cancellation, onPartial), (nanoseconds() - start) * SECONDS)
        } catch (error: OutOfMemoryError) {
            release()
            throw error
        }
    }

    fun release() {
        loaded?.second?.close()
        loaded = null
    }

    private fun load(entry: ModelEntry): TextModel {
        loaded?.let { (id, model) -> if (id == entry.id) return model }
        release()
        val threads = Runtime.getRuntime().availableProcessors().coerceIn(1, MOST_THREADS)
        return TextModel.open(store.open(entry), runtime, threads).also { loaded = entry.id to it }
    }

    private companion object {
        const val SECONDS = 1e-9

        // One sentence at a time gives little to share: more threads only cost.
        const val MOST_THREADS = 2
    }
}

/** Hands values to the main thread; when it is slower than they come, only the newest. */
internal class Latest<T : Any>(private val main: Executor, private val deliver: (T) -> Unit) {
    private val waiting = AtomicReference<T?>()

    fun offer(value: T) {
        if (waiting.getAndSet(value) == null) main.execute { waiting.getAndSet(null)?.let(deliver) }
    }
}

internal fun Cancellation.throwIfCancelled() {
    if (isCancelled) throw CancellationException("The call was cancelled.")
}
