package dev.litetransformer.demo.state

import dev.litetransformer.bundle.Task
import dev.litetransformer.decoding.Cancellation
import dev.litetransformer.demo.model.Answer
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.model.Request
import dev.litetransformer.demo.model.Search
import dev.litetransformer.runtime.TensorModelFactory
import java.io.Closeable
import java.util.concurrent.Executor
import kotlin.math.roundToInt

/**
 * All that the demo does, without a view: it keeps the [state] and lets one background thread work. Its methods are called on the main thread.
 *
 * @param store is made on the background thread.
 * @param background runs one task after another.
 * @param main runs tasks on the main thread, in their order.
 * @param nanoseconds a clock.
 * @param restored choices and texts from before.
 */
class DemoPresenter(
    store: Lazy<ModelStore>,
    runtime: TensorModelFactory,
    private val background: Executor,
    private val main: Executor,
    private val nanoseconds: () -> Long = System::nanoTime,
    restored: SavedState? = null,
) : Closeable {
    private val store by store
    private val answerer = Answerer(store, runtime, nanoseconds)
    private var cancellation = Cancellation()
    private var isClosed = false

    var state: DemoViewState = initial(restored)
        private set(value) {
            field = value
            observer?.invoke(value)
        }

    /** Is told the state at once and at every change. */
    var observer: ((DemoViewState) -> Unit)? = null
        set(value) {
            field = value
            value?.invoke(state)
        }

    /** Reads which models there are. */
    fun start() = work(Work.Listing, "", { store.list() }) { found ->
        val failure = found.failures.firstOrNull()
        state = state.withModels(found.models).copy(
            message = when {
                failure != null -> Message.of(failure.cause, failure.name)
                found.models.isEmpty() -> Message.NoModel
                else -> state.message
            },
        )
    }

    fun type(text: String) {
        if (text != state.input) state = state.withInput(text)
    }

    /** Takes a text from outside: what was typed before and its result go. */
    fun receive(text: CharSequence?) {
        val isNothing = text.isNullOrBlank()
        state = if (isNothing) state.copy(message = Message.NothingShared) else state.copy(output = "", figures = null, message = null).withInput(text.toString())
    }

    private fun DemoViewState.withInput(text: String): DemoViewState {
        if (text.length <= MAXIMUM_CHARACTERS) return copy(input = text)
        val end = if (text[MAXIMUM_CHARACTERS - 1].isHighSurrogate()) MAXIMUM_CHARACTERS - 1 else MAXIMUM_CHARACTERS
        return copy(input = text.take(end), message = Message.InputCut(MAXIMUM_CHARACTERS))
    }

    fun choose(task: Task) {
        if (task != state.task && state.isIdle) state = state.withTask(task).copy(output = "", figures = null, message = null)
    }

    fun choose(model: ModelEntry) {
        if (model.id != state.modelId && state.isIdle) state = state.copy(modelId = model.id, task = model.task, output = "", figures = null, message = null)
    }

    fun choose(search: Search) {
        if (search != state.search && state.isIdle) state = state.copy(search = search)
    }

    /** Translates, summarizes or continues the text. */
    fun run() {
        if (!state.isIdle) return
        val model = state.model
        if (model == null || (state.input.isBlank() && model.task != Task.LANGUAGE_MODEL)) {
            state = state.copy(message = if (model == null) Message.NoModel else Message.NoText)
            return
        }
        val request = Request(state.input, if (state.hasWideSearch) state.search else Search.GREEDY, nanoseconds())
        val flag = Cancellation().also { cancellation = it }
        val partial = Latest<String>(main) { if (state.isAnswering) state = state.copy(output = it) }
        state = state.copy(output = "", figures = null)
        work(Work.Answering(isStopping = false), model.name, { answerer.answer(model, request, flag, partial::offer) }, ::show)
    }

    /** Stops what runs: an answer at its next token, an unpacking at its next piece. */
    fun cancel() {
        cancellation.cancel()
        if (state.isAnswering) state = state.copy(work = Work.Answering(isStopping = true))
    }

    fun clear() {
        if (state.isAnswering) return
        state = state.copy(input = "", output = "", figures = null, message = null)
    }

    /** Turns the direction round: the other model, and the result becomes the text. */
    fun swap() {
        val reverse = state.reverseModel
        if (reverse == null || !state.isIdle) return
        val text = state.output.ifBlank { state.input }
        state = state.copy(modelId = reverse.id, input = text, output = "", figures = null, message = null)
    }

    /**
     * Adds a model that the user chose, and chooses it.
     *
     * @param documentName what it is called until its own name is known.
     * @param find gives its name and its bytes, on the background thread.
     */
    fun add(documentName: String, find: () -> ModelStore.Packed) {
        if (!state.isIdle) return
        val flag = Cancellation().also { cancellation = it }
        val progress = Latest<Int>(main) { if (state.work is Work.Adding) state = state.copy(work = Work.Adding(it)) }
        var name = documentName
        work(Work.Adding(0), { name }, {
            val document = find()
            name = document.name
            answerer.release()
            val entry = document.open().use { bytes -> store.add(name, bytes) { share -> flag.throwIfCancelled().also { progress.offer((PERCENT * share).roundToInt()) } } }
            entry to store.list()
        }) { (entry, found) ->
            state = state.withModels(found.models).copy(modelId = entry.id, task = entry.task, output = "", figures = null)
        }
    }

    /** Deletes the model that is chosen, if the user added it. */
    fun remove() {
        val model = state.model ?: return
        if (model.isBuiltIn || !state.isIdle) return
        work(Work.Listing, model.name, {
            answerer.release()
            store.remove(model)
            store.list()
        }) { found -> state = state.withModels(found.models).copy(output = "", figures = null, message = null) }
    }

    fun tell(message: Message) {
        state = state.copy(message = message)
    }

    /** Lets go of the loaded model, for a phone that is short of memory; the next answer loads it again. */
    fun release() = background.execute(answerer::release)

    /** Stops the work and frees everything. */
    override fun close() {
        if (isClosed) return
        isClosed = true
        observer = null
        cancellation.cancel()
        release()
    }

    private fun show(timed: TimedAnswer) {
        val answer: Answer = timed.answer
        val figures = Figures(answer.tokens, timed.seconds, state.model?.bytes ?: 0, answer.cutTokens)
        state = state.copy(output = answer.text, figures = figures, message = Message.of(answer))
    }

    private fun <T> work(kind: Work, name: String, action: () -> T, onSuccess: (T) -> Unit) = work(kind, { name }, action, onSuccess)

    /** Runs [action] in the background and then, on the main thread, [onSuccess] with its result; a failure becomes a message. */
    private fun <T> work(kind: Work, name: () -> String, action: () -> T, onSuccess: (T) -> Unit) {
        state = state.copy(work = kind, message = if (kind == Work.Listing) state.message else null)
        background.execute {
            val outcome = runCatching(action)
            main.execute {
                state = state.copy(work = Work.None)
                outcome.onSuccess(onSuccess).onFailure { state = state.copy(message = Message.of(it, name())) }
            }
        }
    }

    companion object {
        /** Longest text that is taken; more would not survive in what Android keeps of an app. */
        const val MAXIMUM_CHARACTERS: Int = 50_000

        private const val PERCENT = 100

        private fun initial(restored: SavedState?): DemoViewState = if (restored == null) {
            DemoViewState()
        } else {
            DemoViewState(task = restored.task, modelId = restored.modelId, search = restored.search, input = restored.input, output = restored.output)
        }
    }
}
