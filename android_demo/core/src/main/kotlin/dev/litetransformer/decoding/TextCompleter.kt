package dev.litetransformer.decoding

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.runtime.TensorModelFactory
import java.io.Closeable

/**
 * Goes on with texts, by the rules of docs/sampling.md: the same bundle, prompt, options and seed give the same text as in Python.
 *
 * One call at a time, and closing, as with [Translator]. A text ends at the latest when the file's largest bucket is full.
 *
 * @param bundle of the task language-model.
 * @param factory opens its model.
 * @param threads that one run of the model may use.
 * @param closesBundle whether [close] closes the bundle too.
 * @throws IllegalArgumentException the bundle is of another task.
 * @throws dev.litetransformer.runtime.TensorModelException the runtime cannot load the model.
 */
public class TextCompleter(bundle: Bundle, factory: TensorModelFactory, threads: Int = 1, closesBundle: Boolean = false) : Closeable {
    private val vocabulary = bundle.sourceVocabulary
    private val model: LanguageModel
    private val sampler: TokenSampler
    private val guard: CallGuard

    init {
        val task = bundle.manifest.task
        require(task == Task.LANGUAGE_MODEL) { "The bundle's task must be ${Task.LANGUAGE_MODEL}. Received: $task" }
        require(threads >= 1) { "threads must be at least 1. Received: $threads" }
        model = factory.open(bundle.graph, threads).intoModel(bundle.manifest, ::LanguageModel)
        sampler = TokenSampler(model.logProbabilities.size)
        guard = if (closesBundle) CallGuard(NAME, model, bundle) else CallGuard(NAME, model)
    }

    /** Greatest number of tokens that a prompt may have. */
    public val maxPromptTokens: Int = model.capacity - 1

    /**
     * Goes on with a prompt.
     *
     * @param prompt may be empty: a text begins.
     * @param sample which completion of this prompt and seed, from 0.
     * @param cancellation stops the call between two tokens.
     * @param onPiece gets each piece of the text as soon as it is certain, on the calling thread; together they are the result's text.
     *   Characters are never cut. It may cancel and close.
     * @throws DecodingException.TextTooLong the prompt has more than [maxPromptTokens] tokens; nothing was done.
     * @throws DecodingException.Cancelled see [cancellation].
     */
    public fun complete(
        prompt: String,
        options: SamplingOptions = SamplingOptions(),
        sample: Int = 0,
        cancellation: Cancellation = Cancellation(),
        onPiece: ((String) -> Unit)? = null,
    ): Completion = guard.call {
        require(sample >= 0) { "sample must not be negative. Received: $sample" }
        val ids = vocabulary.encode(prompt)
        if (ids.size > maxPromptTokens) throw DecodingException.promptTooLong(ids.size, maxPromptTokens, prompt)
        val stream = TextStream(vocabulary, ids)
        val text = StringBuilder()
        val give = { piece: String ->
            if (piece.isNotEmpty()) {
                text.append(piece)
                onPiece?.invoke(piece)
            }
        }
        val tokens = drawTokens(ids, options, sample, { guard.check(cancellation) }) { give(stream.push(it)) }
        give(stream.flush())
        Completion(text.toString(), tokens)
    }

    /**
     * Prepares the model for prompts as long as [example]; see [Translator.warmUp].
     *
     * @throws DecodingException.TextTooLong the example has more than [maxPromptTokens] tokens.
     * @throws DecodingException.Busy another call is under way.
     */
    public fun warmUp(example: String = WARM_UP_TEXT) {
        complete(example, SamplingOptions(minTokens = WARM_UP_TOKENS, maxTokens = WARM_UP_TOKENS))
    }

    override fun close(): Unit = guard.close()

    private fun drawTokens(prompt: IntArray, options: SamplingOptions, sample: Int, check: () -> Unit, onToken: (Int) -> Unit): List<Int> {
        check()
        val context = intArrayOf(vocabulary.eosId) + prompt
        val limit = minOf(options.maxTokens, model.capacity + 1 - context.size)
        val tokens = ArrayList<Int>()
        model.start(context)
        while (tokens.size < limit) {
            val token = draw(options, sample, tokens.size)
            if (token == vocabulary.eosId) break
            tokens += token
            onToken(token)
            check()
            if (tokens.size < limit) model.feed(token)
        }
        return tokens
    }

    private fun draw(options: SamplingOptions, sample: Int, step: Int): Int {
        val row = model.logProbabilities
        row[vocabulary.bosId] = Float.NEGATIVE_INFINITY
        row[vocabulary.padId] = Float.NEGATIVE_INFINITY
        if (step < options.minTokens) row[vocabulary.eosId] = Float.NEGATIVE_INFINITY
        return sampler.draw(row, options, RandomNumbers.uniform(options.seed, sample, step))
    }

    private companion object {
        const val NAME = "TextCompleter"
    }
}

/**
 * How a text goes on.
 *
 * @property text what follows the prompt, the space in front included.
 * @property ids its tokens, without the `eos` that may have ended it.
 */
public class Completion internal constructor(public val text: String, public val ids: List<Int>)
