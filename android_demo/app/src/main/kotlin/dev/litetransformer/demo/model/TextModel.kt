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
 * @property alternatives other answers of a beam search, best first.
 * @property cutTokens tokens at the end of the text that the model did not read.
 * @property longSentence the first sentence that the model read in parts, because it is too long for it; null: there is none.
 * @property missing numbers, addresses and codes of the text that a translation lacks.
 * @property added those of a summary that are not in the text.
 * @property confidence probability that the answer is acceptable; null where the model does not say.
 */
class Answer(
    val text: String,
    val tokens: Int,
    val alternatives: List<String> = emptyList(),
    val cutTokens: Int = 0,
    val longSentence: String? = null,
    val missing: List<String> = emptyList(),
    val added: List<String> = emptyList(),
    val confidence: Double? = null,
) {
    /** Those of a search's hypotheses; none for a text that has no answer. */
    constructor(found: List<Hypothesis>, cutTokens: Int = 0, longSentence: String? = null) : this(
        text = found.firstOrNull()?.text.orEmpty(),
        tokens = found.firstOrNull()?.ids.orEmpty().size,
        alternatives = found.drop(1).map { it.text },
        cutTokens = cutTokens,
        longSentence = longSentence,
        missing = found.firstOrNull()?.missing.orEmpty(),
        added = found.firstOrNull()?.added.orEmpty(),
        confidence = found.firstOrNull()?.confidence,
    )
}

/** One loaded model, whatever its task. Not for two threads at once; [close] may come from any. */
interface TextModel : Closeable {
    /**
     * @param onPartial gets the whole text so far after each token, on the calling thread.
     * @throws dev.litetransformer.decoding.DecodingException the text is too long, or the call was cancelled.
     */
    fun answer(request: Request, cancellation: Cancellation, onPartial: (String) -> Unit): Answer

    /** Suggests next words, where the model can. */
    val suggester: WordSuggester? get() = null

    /** Lets the runtime prepare what it prepares at the first use: that takes longer than an answer. */
    fun warmUp(search: Search)

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
        // A first token may be a space, which is nothing to show.
        val found = translator.translate(request.text, options(request.search), cancellation) { if (it.isNotEmpty()) onPartial(it) }
        return Answer(found, longSentence = found.firstOrNull()?.tooLong?.firstOrNull())
    }

    override fun warmUp(search: Search) = translator.warmUp(options = options(search))

    private fun options(search: Search): DecodingOptions = translator.defaultOptions.with(search)
}

private class SummaryModel(private val summarizer: Summarizer) : TextModel, Closeable by summarizer {
    override fun answer(request: Request, cancellation: Cancellation, onPartial: (String) -> Unit): Answer {
        val summary = summarizer.summarize(request.text, options(request.search), cancellation, onPartial)
        return Answer(summary.hypotheses, summary.cutTokens)
    }

    override fun warmUp(search: Search) = summarizer.warmUp(options = options(search))

    private fun options(search: Search): DecodingOptions = summarizer.defaultOptions.with(search)
}

private class CompletionModel(private val completer: TextCompleter) : TextModel, Closeable by completer {
    override val suggester: WordSuggester = CompletedWords(completer)

    override fun answer(request: Request, cancellation: Cancellation, onPartial: (String) -> Unit): Answer {
        val text = StringBuilder(request.text)
        val completion = completer.complete(request.text, options(request), cancellation = cancellation) { onPartial(text.append(it).toString()) }
        return Answer(request.text + completion.text, completion.ids.size)
    }

    override fun warmUp(search: Search) = completer.warmUp()

    private fun options(request: Request): SamplingOptions = when (request.search) {
        Search.GREEDY -> SamplingOptions(temperature = 0.0)
        Search.WIDE -> SamplingOptions(temperature = TEMPERATURE, topP = TOP_P, seed = request.seed)
    }

    private companion object {
        const val TEMPERATURE = 0.8
        const val TOP_P = 0.95
    }
}

/** The first words of a few short completions: the likeliest one, and then drawn ones. */
private class CompletedWords(private val completer: TextCompleter) : WordSuggester {
    override fun suggest(text: String, count: Int): List<String> {
        val words = LinkedHashSet<String>()
        for (sample in 0 until SAMPLES) {
            if (words.size == count) break
            val options = SamplingOptions(temperature = if (sample == 0) 0.0 else 1.0, topK = TOP_K, maxTokens = TOKENS)
            word(text, completer.complete(text, options, sample).text)?.let(words::add)
        }
        return words.toList()
    }

    /** The word with which a completion begins, with the unfinished one in front of it; null when there is none. */
    private fun word(text: String, completion: String): String? {
        val begun = if (completion.firstOrNull()?.isWhitespace() == true) "" else text.takeLastWhile { !it.isWhitespace() }
        val word = begun + completion.trimStart().takeWhile { !it.isWhitespace() }
        return word.trimEnd { !it.isLetterOrDigit() }.takeIf { found -> found != begun && found.any { it.isLetter() } }
    }

    private companion object {
        const val SAMPLES = 8
        const val TOP_K = 20
        const val TOKENS = 5
    }
}

private fun DecodingOptions.with(search: Search): DecodingOptions = if (search == Search.GREEDY) copy(beamSize = 1, nBest = 1) else copy(nBest = beamSize)
