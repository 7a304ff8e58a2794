package dev.litetransformer.coroutines

import dev.litetransformer.decoding.DecodingOptions
import dev.litetransformer.decoding.Hypothesis
import dev.litetransformer.decoding.Translator
import java.io.Closeable
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.conflate

/**
 * A [Translator] for coroutines. Its functions may be called from any thread, also from the main thread, and by several coroutines at once: calls
 * follow one another. A coroutine that is cancelled stops its call at the next token, with a `CancellationException`, like all cancellation; so does
 * [close] in the middle of one. All other exceptions are those of [Translator].
 *
 * @param translator is used by nobody else; [close] closes it.
 * @param context where it runs.
 */
public class SuspendingTranslator(private val translator: Translator, context: CoroutineContext = Dispatchers.Default) : Closeable {
    private val calls = OneAtATime(context)

    /** What is used without options. */
    public val defaultOptions: DecodingOptions get() = translator.defaultOptions

    /** Translates a text of any length; see [Translator.translate]. */
    public suspend fun translate(text: String, options: DecodingOptions = defaultOptions): List<Hypothesis> =
        calls.call { translator.translate(text, options, it) }

    /**
     * The translation while it is written, and at last as a whole, with its hypotheses. Collecting begins it. A collector that is slower than it misses
     * partial ones, never the last.
     */
    public fun translations(text: String, options: DecodingOptions = defaultOptions): Flow<Answering<List<Hypothesis>>> = channelFlow {
        val found = calls.call { cancellation -> translator.translate(text, options, cancellation) { trySend(Answering<List<Hypothesis>>(it, null)) } }
        send(Answering(found.firstOrNull()?.text.orEmpty(), found))
    }.conflate()

    /** Prepares for texts like [example], so that the first one takes no longer than later ones; see [Translator.warmUp]. */
    public suspend fun warmUp(example: String? = null, options: DecodingOptions = defaultOptions) {
        calls.call { if (example == null) translator.warmUp(options = options) else translator.warmUp(example, options) }
    }

    override fun close(): Unit = translator.close()
}

/**
 * An answer while it is written.
 *
 * @property text all of it so far.
 * @property result null as long as it is not whole.
 */
public class Answering<out T : Any>(public val text: String, public val result: T?) {
    public val isWhole: Boolean get() = result != null

    override fun toString(): String = if (isWhole) text else "$text…"
}
