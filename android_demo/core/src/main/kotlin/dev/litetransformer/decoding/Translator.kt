package dev.litetransformer.decoding

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.runtime.TensorModelFactory
import java.io.Closeable

/**
 * Translates texts of any length: sentence by sentence, the line breaks and spaces between them kept.
 *
 *     Translator(bundle, factory).use { it.translate("Two dogs play in the snow.").first().text }
 *
 * One call at a time: a call during another one throws [DecodingException.Busy]. Calls block; make them on a background thread. [close] may
 * be called from any thread, also during a call, which it cancels.
 *
 * @param bundle of the task translation.
 * @param factory opens its model.
 * @param threads that one run of the model may use. Sentences are short: more than the number of fast cores only costs.
 * @param splitter finds the sentences; without one that of the bundle's source language is taken.
 * @param closesBundle whether [close] closes the bundle too.
 * @throws IllegalArgumentException the bundle is of another task, or its saved options are none of this version. It stays open then.
 * @throws dev.litetransformer.runtime.TensorModelException the runtime cannot load the model.
 */
public class Translator(
    bundle: Bundle,
    factory: TensorModelFactory,
    threads: Int = 1,
    splitter: SentenceSplitter? = null,
    closesBundle: Boolean = false,
) : Closeable {
    /** What [translate] uses without options: those that were saved with the model. */
    public val defaultOptions: DecodingOptions = DecodingOptions.of(bundle.manifest)

    private val languages = bundle.manifest.languages
    private val splitter = splitter ?: SentenceSplitter(languages.firstOrNull() ?: "")
    private val spaced = languages.lastOrNull()?.let { SentenceSplitter.hasSpaces(it) } ?: true
    private val generator = SequenceGenerator(bundle, factory, threads, Task.TRANSLATION)
    private val guard = if (closesBundle) CallGuard(NAME, generator, bundle) else CallGuard(NAME, generator)

    /**
     * Translates a text of any number of sentences and lines.
     *
     * Of several sentences, hypothesis n joins the n-th best of each (the last one where a sentence has fewer); its ids follow one another,
     * its score is the sum of theirs, its faults are all of theirs, and its confidence is the least of theirs.
     *
     * @param cancellation stops the call between two tokens.
     * @param onPartial gets the translation so far, on the calling thread, after each token, and the whole at the end. In beam search it is
     *   the best running hypothesis, so its last words may change. It may cancel and close.
     * @return up to `options.nBest` hypotheses, best first.
     * @throws DecodingException.TextTooLong one sentence is too long for the file; nothing was translated.
     * @throws DecodingException.Cancelled see [cancellation].
     * @throws IllegalArgumentException the file cannot do what the options ask for.
     */
    public fun translate(
        text: String,
        options: DecodingOptions = defaultOptions,
        cancellation: Cancellation = Cancellation(),
        onPartial: ((String) -> Unit)? = null,
    ): List<Hypothesis> = translate(splitter.split(text).ifEmpty { listOf(SentenceSplitter.Piece("", "")) }, options, cancellation, onPartial)

    /** Translates a text as one sentence, whatever it holds; otherwise as [translate]. */
    public fun translateSentence(
        text: String,
        options: DecodingOptions = defaultOptions,
        cancellation: Cancellation = Cancellation(),
        onPartial: ((String) -> Unit)? = null,
    ): List<Hypothesis> = translate(listOf(SentenceSplitter.Piece(text, "")), options, cancellation, onPartial)

    override fun close(): Unit = guard.close()

    private fun translate(
        pieces: List<SentenceSplitter.Piece>,
        options: DecodingOptions,
        cancellation: Cancellation,
        onPartial: ((String) -> Unit)?,
    ): List<Hypothesis> = guard.call {
        generator.check(options)
        val sources = pieces.map { generator.encode(it.sentence) }
        val joined = JoinedTranslation(spaced)
        pieces.forEachIndexed { index, piece ->
            val running = onPartial?.let { callback -> { sentence: String -> callback(joined.text + sentence) } }
            val found = generator.generate(sources[index], options, { guard.check(cancellation) }, running)
            joined.add(found, piece.separator.takeIf { index < pieces.lastIndex })
            onPartial?.invoke(joined.text)
        }
        joined.hypotheses
    }

    private companion object {
        const val NAME = "Translator"
    }
}

/** Hypotheses of sentences, put together rank by rank. */
private class JoinedTranslation(private val spaced: Boolean) {
    /** None before the first sentence. */
    var hypotheses: List<Hypothesis> = emptyList()
        private set

    /** The best one's text, with the separator behind it. */
    val text: String get() = hypotheses.firstOrNull()?.text.orEmpty() + separator

    private var separator = ""

    /** Appends a sentence; [nextSeparator] stands behind it, null at the end. */
    fun add(found: List<Hypothesis>, nextSeparator: String?) {
        if (hypotheses.isEmpty()) {
            hypotheses = found
        } else if (found.isNotEmpty()) {
            hypotheses = List(maxOf(hypotheses.size, found.size)) { rank ->
                val before = hypotheses[minOf(rank, hypotheses.lastIndex)]
                val after = found[minOf(rank, found.lastIndex)]
                Hypothesis.joined(before.text + separator + after.text, listOf(before, after))
            }
        }
        separator = nextSeparator?.let { adapted(it) }.orEmpty()
    }

    /** Sentences of a language without spaces follow one another directly, those of others do not. */
    private fun adapted(separator: String): String = when {
        separator.any { it in SentenceSplitter.LINE_BREAKS } -> separator
        spaced -> separator.ifEmpty { " " }
        else -> ""
    }
}
