package dev.litetransformer.coroutines

import dev.litetransformer.decoding.Completion
import dev.litetransformer.decoding.SamplingOptions
import dev.litetransformer.decoding.TextCompleter
import java.io.Closeable
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow

/**
 * A [TextCompleter] for coroutines; threads, cancellation and closing as with [SuspendingTranslator].
 *
 * @param completer is used by nobody else; [close] closes it.
 * @param context where it runs.
 */
public class SuspendingCompleter(private val completer: TextCompleter, context: CoroutineContext = Dispatchers.Default) : Closeable {
    private val calls = OneAtATime(context)

    /** Goes on with a prompt; see [TextCompleter.complete]. */
    public suspend fun complete(prompt: String, options: SamplingOptions = SamplingOptions(), sample: Int = 0): Completion =
        calls.call { completer.complete(prompt, options, sample, it) }

    /** The pieces of a completion as they become certain; together they are its text, and none is missed. */
    public fun pieces(prompt: String, options: SamplingOptions = SamplingOptions(), sample: Int = 0): Flow<String> = channelFlow<String> {
        calls.call { cancellation -> completer.complete(prompt, options, sample, cancellation) { trySend(it) } }
    }.buffer(Channel.UNLIMITED)

    /** See [TextCompleter.warmUp]. */
    public suspend fun warmUp() {
        calls.call { completer.warmUp() }
    }

    override fun close(): Unit = completer.close()
}
