package dev.litetransformer.demo.state

import dev.litetransformer.decoding.Cancellation
import dev.litetransformer.demo.model.Answer
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.model.Request
import dev.litetransformer.demo.model.Search
import dev.litetransformer.demo.model.TextModel
import dev.litetransformer.runtime.TensorModelFactory

/** @property seconds that the answer took; loading the model and warming it up come before and are not counted. */
internal class TimedAnswer(val answer: Answer, val seconds: Double)

/** Keeps the model that was used last loaded and warm. For the background thread only. */
internal class Answerer(store: Lazy<ModelStore>, private val runtime: TensorModelFactory, private val nanoseconds: () -> Long) {
    private class Loaded(val id: String, val model: TextModel) {
        val warm = HashSet<Search>()
    }

    private val store by store
    private var loaded: Loaded? = null

    /** Loads a model and lets the runtime prepare itself for a search, unless that was done before. */
    fun prepare(entry: ModelEntry, search: Search) {
        guarded { warm(entry, search) }
    }

    fun answer(entry: ModelEntry, request: Request, cancellation: Cancellation, onPartial: (String) -> Unit): TimedAnswer = guarded {
        val model = warm(entry, request.search)
        val start = nanoseconds()
        TimedAnswer(model.answer(request, cancellation, onPartial), (nanoseconds() - start) * SECONDS)
    }

    /** Next words, none for a model that suggests nothing. */
    fun suggest(entry: ModelEntry, text: String, count: Int): List<String> = guarded {
        warm(entry, Search.GREEDY).suggester?.suggest(text, count).orEmpty()
    }

    fun release() {
        loaded?.model?.close()
        loaded = null
    }

    private fun <T> guarded(action: () -> T): T = try {
        action()
    } catch (error: OutOfMemoryError) {
        release()
        throw error
    }

    private fun warm(entry: ModelEntry, search: Search): TextModel {
        val kept = loaded?.takeIf { it.id == entry.id } ?: load(entry)
        if (search !in kept.warm) {
            kept.model.warmUp(search)
            kept.warm += search
        }
        return kept.model
    }

    private fun load(entry: ModelEntry): Loaded {
        release()
        val threads = Runtime.getRuntime().availableProcessors().coerceIn(1, MOST_THREADS)
        return Loaded(entry.id, TextModel.open(store.open(entry), runtime, threads)).also { loaded = it }
    }

    private companion object {
        const val SECONDS = 1e-9

        // One sentence at a time gives little to share: more threads only cost.
        const val MOST_THREADS = 2
    }
}
