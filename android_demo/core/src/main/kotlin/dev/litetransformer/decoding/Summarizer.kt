package dev.litetransformer.decoding

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.runtime.TensorModelFactory
import java.io.Closeable

/**
 * Summarizes documents. Of a long one the model reads the beginning, as in training, and [Summary.cutTokens] says how much it does not read.
 *
 * One call at a time, and closing, as with [Translator].
 *
 * @param bundle of the task summarization.
 * @param factory opens its model.
 * @param threads that one run of the model may use.
 * @param closesBundle whether [close] closes the bundle too.
 * @param nanoTime clock of partial results.
 * @throws IllegalArgumentException the bundle is of another task, or its saved options are none of this version. It stays open then.
 * @throws dev.litetransformer.runtime.TensorModelException the runtime cannot load the model.
 */
public class Summarizer(
    bundle: Bundle,
    factory: TensorModelFactory,
    threads: Int = 1,
    closesBundle: Boolean = false,
    private val nanoTime: () -> Long = System::nanoTime,
) : Closeable {
    /** What [summarize] uses without options: those that were saved with the model. */
    public val defaultOptions: DecodingOptions = DecodingOptions.of(bundle.manifest)

    private val generator = SequenceGenerator(bundle, factory, threads, Task.SUMMARIZATION)
    private val guard = if (closesBundle) CallGuard(NAME, generator, bundle) else CallGuard(NAME, generator)

    /**
     * Summarizes a document.
     *
     * @param cancellation stops the call between two tokens.
     * @param onPartial gets the summary so far, on the calling thread, at most ten times a second, and the whole at the end; see
     *   [Translator.translate].
     * @throws DecodingException.TextTooLong it does not fit, and the bundle does not say to how many tokens it is to be cut.
     * @throws DecodingException.Cancelled see [cancellation].
     * @throws IllegalArgumentException the file cannot do what the options ask for.
     */
    public fun summarize(
        document: String,
        options: DecodingOptions = defaultOptions,
        cancellation: Cancellation = Cancellation(),
        onPartial: ((String) -> Unit)? = null,
    ): Summary = guard.call {
        generator.check(options)
        val source = generator.encode(document)
        val partial = onPartial?.let { PartialOutput(WholeText(it), nanoTime) }
        val found = generator.generate(source, options, { guard.check(cancellation) }, partial)
        partial?.append(found.firstOrNull()?.text.orEmpty())
        partial?.end()
        Summary(found, readTokens = maxOf(0, source.ids.size - 1), cutTokens = source.cut)
    }

    /**
     * Prepares the model for documents as long as [example]; see [Translator.warmUp].
     *
     * @throws DecodingException.Busy another call is under way.
     */
    public fun warmUp(example: String = WARM_UP_TEXT, options: DecodingOptions = defaultOptions) {
        summarize(example, options.shortest())
    }

    override fun close(): Unit = guard.close()

    private companion object {
        const val NAME = "Summarizer"
    }
}

/**
 * What came of a document.
 *
 * @property hypotheses best first.
 * @property readTokens tokens of the document that the model read.
 * @property cutTokens tokens behind them that it did not read.
 */
public class Summary internal constructor(public val hypotheses: List<Hypothesis>, public val readTokens: Int, public val cutTokens: Int) {
    /** The best summary; empty for a document without text. */
    public val text: String get() = hypotheses.firstOrNull()?.text.orEmpty()
}
