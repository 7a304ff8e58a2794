package dev.litetransformer.demo.state

import dev.litetransformer.bundle.Task
import dev.litetransformer.decoding.Cancellation
import dev.litetransformer.demo.model.HistoryEntry
import dev.litetransformer.demo.model.HistoryFile
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.model.Request
import dev.litetransformer.demo.model.Search
import dev.litetransformer.runtime.TensorModelFactory
import java.io.Closeable
import java.util.concurrent.CancellationException
import java.util.concurrent.Executor
import java.util.concurrent.atomic.AtomicReference
import kotlin.math.roundToInt

/**
 * What an [Engine] works with.
 *
 * @property background runs one task after another; only it touches [store], [history] and models.
 * @property guesses runs [guess], which may ask another process.
 * @property main runs tasks on the main thread, in their order.
 * @property after runs a task on the main thread after so many milliseconds.
 * @property guess gives the language that a text seems to be in, or null.
 * @property keep keeps settings.
 * @property languages codes of the languages that the user reads, the best known first.
 */
class Surroundings(
    val store: Lazy<ModelStore>,
    val history: Lazy<HistoryFile>,
    val runtime: TensorModelFactory,
    val background: Executor,
    val main: Executor,
    val after: (Long, () -> Unit) -> Unit,
    val guesses: Executor = background,
    val guess: (String) -> String? = { null },
    val keep: (Settings) -> Unit = {},
    val languages: List<String> = emptyList(),
    val nanoseconds: () -> Long = System::nanoTime,
)

/** Does what a [Machine] asks for. Its methods are called on the main thread. */
class Engine(private val surroundings: Surroundings, restored: SavedState? = null, settings: Settings = Settings(), only: Task? = null) : Effects, Closeable {
    val machine = Machine(this, restored, settings, only, surroundings.languages)

    private val store by surroundings.store
    private val history by surroundings.history
    private val answerer = Answerer(surroundings.store, surroundings.runtime, surroundings.nanoseconds)
    private var answering = Cancellation()
    private var unpacking = Cancellation()
    private var isClosed = false

    /** The model that was chosen last; one that another one followed need not be loaded. */
    @Volatile
    private var wanted: String? = null

    override fun schedule(number: Long, milliseconds: Long) = surroundings.after(milliseconds) { if (!isClosed) machine.due(number) }

    override fun answer(number: Long, model: ModelEntry, query: Query) {
        val flag = Cancellation().also { answering = it }
        val request = Request(query.text, query.search, surroundings.nanoseconds())
        val partial = Latest<String>(surroundings.main) { machine.partial(number, it) }
        work({
            flag.throwIfCancelled()
            answerer.answer(model, request, flag, partial::offer)
        }) { outcome ->
            outcome.onSuccess { machine.answered(number, it.answer, Figures(it.answer.tokens, it.seconds)) }
            outcome.onFailure { machine.failed(number, Message.of(it, model.name)) }
        }
    }

    override fun stopAnswer() = answering.cancel()

    override fun prepare(model: ModelEntry) {
        val search = machine.state.query?.search ?: if (machine.state.hasWideSearch) machine.state.settings.search else Search.GREEDY
        // What fails here is said when it fails again, for an answer.
        wanted = model.id
        work({ if (wanted == model.id) answerer.prepare(model, search) }) {}
    }

    override fun list() {
        val flag = Cancellation().also { unpacking = it }
        work({ store.list(flag::throwIfCancelled) }) { report(it, "", machine.library::listed) }
    }

    override fun add(documentName: String, find: () -> ModelStore.Packed) {
        val flag = Cancellation().also { unpacking = it }
        val progress = Latest<Int>(surroundings.main) { machine.library.progressed(it) }
        var name = documentName
        work({
            val document = find()
            name = document.name
            answerer.release()
            val entry = document.open().use { bytes ->
                store.add(name, bytes) { share -> flag.throwIfCancelled().also { progress.offer((PERCENT * share).roundToInt()) } }
            }
            entry to store.list(flag::throwIfCancelled)
        }) { outcome -> report(outcome, name) { (entry, found) -> machine.library.added(entry, found) } }
    }

    override fun remove(model: ModelEntry) = work({
        answerer.release()
        store.remove(model)
        store.list()
    }) { report(it, model.name, machine.library::listed) }

    override fun stopLibrary() = unpacking.cancel()

    override fun guess(text: String) = surroundings.guesses.execute {
        val language = surroundings.guess(text)
        onMain { machine.guessed(text, language) }
    }

    override fun suggest(number: Long, model: ModelEntry, text: String) = work({ answerer.suggest(model, text, SUGGESTIONS) }) { outcome ->
        // Without suggestions everything else works.
        machine.suggested(number, outcome.getOrDefault(emptyList()))
    }

    override fun loadHistory() = work({ history.load() }) { machine.notes.loaded(it.getOrDefault(emptyList())) }

    override fun saveHistory(entries: List<HistoryEntry>) = work({ history.save(entries) }) { outcome ->
        outcome.onFailure { machine.tell(Message.of(it, "")) }
    }

    override fun saveSettings(settings: Settings) = surroundings.keep(settings)

    /** Lets go of the loaded model, for a phone that is short of memory; the next answer loads it again. */
    fun release() = surroundings.background.execute(answerer::release)

    /** Stops the work and frees everything. */
    override fun close() {
        if (isClosed) return
        machine.notes.remember()
        isClosed = true
        machine.observer = null
        answering.cancel()
        unpacking.cancel()
        release()
    }

    private fun <T> report(outcome: kotlin.Result<T>, name: String, onSuccess: (T) -> Unit) {
        outcome.onSuccess(onSuccess).onFailure { machine.library.failed(Message.of(it, name)) }
    }

    /** Runs [action] in the background and hands what came of it to the main thread. */
    private fun <T> work(action: () -> T, onEnd: (kotlin.Result<T>) -> Unit) = surroundings.background.execute {
        val outcome = runCatching(action)
        onMain { onEnd(outcome) }
    }

    private fun onMain(action: () -> Unit) = surroundings.main.execute { if (!isClosed) action() }

    private companion object {
        const val PERCENT = 100
        const val SUGGESTIONS = 3
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
