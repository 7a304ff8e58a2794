package dev.litetransformer.demo.model

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.decoding.Cancellation
import dev.litetransformer.decoding.DecodingOptions
import dev.litetransformer.decoding.Hypothesis
import dev.litetransformer.decoding.SamplingOptions
import dev.litetransformer.decoding.Summarizer
import dev.litetransformer.decoding.TextCompleter
import dev.litetransformer.decoding.Translator
import dev.litetransformer.runtime.TensorModelFactory
import java.io.Closeable

/** How the next token is chosen. */
enum class Search {
    /** The most probable one. */
    GREEDY,

    /** Beam search; a language model samples instead. */
    WIDE,
}

/**
 * @property seed of a language model's random numbers.
 */
class Request(val text: String, val search: Search, val seed: Long)

/**
 * @property tokens that were made.
 * @property cutTokens tokens at the end of the text that the model did not read.
 * @property missing numbers, addresses and codes of the text that a translation lacks.
 * @property added those of a summary that are not in the text.
 * @property confidence probability that the answer is acceptable; null where the model does not say.
 */
class Answer(
    val text: String,
    val tokens: Int,
    val cutTokens: Int = 0,
    val missing: List<String> = emptyList(),
    val added: List<String> = emptyList(),
    val confidence: Double? = null,
) {
    /** That of a search's best hypothesis, none for a text that has no answer. */
    constructor(best: Hypothesis?, cutTokens: Int = 0) : this(
        best?.text.orEmpty(),
        best?.ids.orEmpty().size,
        cutTokens,
        best?.missing.orEmpty(),
        best?.added.orEmpty(),
        best?.confidence,
    )
}

/** One loaded model, whatever its task. Not for two threads at once; [close] may come from any. */
interface TextModel : Closeable {
    /**
     * @param onPartial gets the whole text so far after each token, on the calling thread.
     * @throws dev.litetransformer.decoding.DecodingException the text is too long, or the call was cancelled.
     */
    fun answer(request: Request, cancellation: Cancellation, onPartial: (String) -> Unit): Answer

    companion object {
        /** Loads a bundle's model, which closes the bundle when it is closed; a bundle that cannot be loaded is closed at once. */
        fun open(bundle: Bundle, runtime: TensorModelFactory, threads: Int): TextModel = try {
            when (bundle.manifest.task) {
                Task.TRANSLATION -> TranslationModel(Translator(bundle, runtime, threads, closesBundle = true))
                Task.SUMMARIZATION -> SummaryModel(Summarizer(bundle, runtime, threads, closesBundle = true))
                Task.LANGUAGE_MODEL -> CompletionModel(TextCompleter(bundle, runtime, threads, closesBundle = true))
            }
        } catch (error: Throwable) {
            bundle.close()
            throw error
        }
    }
}

private class TranslationModel(private val translator: Translator) : TextModel, Closeable by translator {
    override fun answer(request: Request, cancellation: Cancellation, onPartial: (String) -> Unit): Answer {
        val options = translator.defaultOptions.with(request.search)
        return Answer(translator.translate(request.text, options, cancellation, onPartial).firstOrNull())
    }
}

private class SummaryModel(private val summarizer: Summarizer) : TextModel, Closeable by summarizer {
    override fun answer(request: Request, cancellation: Cancellation, onPartial: (String) -> Unit): Answer {
        val summary = summarizer.summarize(request.text, summarizer.defaultOptions.with(request.search), cancellation, onPartial)
        return Answer(summary.hypotheses.firstOrNull(), summary.cutTokens)
    }
}

private class CompletionModel(private val completer: TextCompleter) : TextModel, Closeable by completer {
    override fun answer(request: Request, cancellation: Cancellation, onPartial: (String) -> Unit): Answer {
        val text = StringBuilder(request.text)
        val completion = completer.complete(request.text, options(request), cancellation = cancellation) { onPartial(text.append(it).toString()) }
        return Answer(request.text + completion.text, completion.ids.size)
    }

    private fun options(request: Request): SamplingOptions = when (request.search) {
        Search.GREEDY -> SamplingOptions(temperature = 0.0)
        Search.WIDE -> SamplingOptions(temperature = TEMPERATURE, topP = TOP_P, seed = request.seed)
    }

    private companion object {
        const val TEMPERATURE = 0.8
        const val TOP_P = 0.95
    }
}

private fun DecodingOptions.with(search: Search): DecodingOptions = if (search == Search.GREEDY) copy(beamSize = 1, nBest = 1) else this
