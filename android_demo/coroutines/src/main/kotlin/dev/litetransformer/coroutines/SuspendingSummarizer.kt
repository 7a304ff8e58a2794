package dev.litetransformer.coroutines

import dev.litetransformer.decoding.DecodingOptions
import dev.litetransformer.decoding.Summarizer
import dev.litetransformer.decoding.Summary
import java.io.Closeable
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.conflate

/**
 * A [Summarizer] for coroutines; threads, cancellation and closing as with [SuspendingTranslator].
 *
 * @param summarizer is used by nobody else; [close] closes it.
 * @param context where it runs.
 */
public class SuspendingSummarizer(private val summarizer: Summarizer, context: CoroutineContext = Dispatchers.Default) : Closeable {
    private val calls = OneAtATime(context)

    /** What is used without options. */
    public val defaultOptions: DecodingOptions get() = summarizer.defaultOptions

    /** Summarizes a document; see [Summarizer.summarize]. */
    public suspend fun summarize(document: String, options: DecodingOptions = defaultOptions): Summary =
        calls.call { summarizer.summarize(document, options, it) }

    /** The summary while it is written, and at last as a whole; see [SuspendingTranslator.translations]. */
    public fun summaries(document: String, options: DecodingOptions = defaultOptions): Flow<Answering<Summary>> = channelFlow {
        val found = calls.call { cancellation -> summarizer.summarize(document, options, cancellation) { trySend(Answering<Summary>(it, null)) } }
        send(Answering(found.text, found))
    }.conflate()

    /** See [Summarizer.warmUp]. */
    public suspend fun warmUp(options: DecodingOptions = defaultOptions) {
        calls.call { summarizer.warmUp(options = options) }
    }

    override fun close(): Unit = summarizer.close()
}
