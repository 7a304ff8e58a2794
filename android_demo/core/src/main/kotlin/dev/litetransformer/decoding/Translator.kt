package dev.litetransformer.decoding

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.paragraphs.Cutter
import dev.litetransformer.paragraphs.Paragraph
import dev.litetransformer.paragraphs.Sentence
import dev.litetransformer.paragraphs.SentenceSplitter
import dev.litetransformer.runtime.TensorModelFactory
import java.io.Closeable

/**
 * Translates texts of any length: sentence by sentence, the line breaks and spaces between them kept, and tags, placeholders, URLs and e-mail
 * addresses in them too (docs/paragraphs.md).
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
 * @param nanoTime clock of partial results.
 * @throws IllegalArgumentException the bundle is of another task, or its saved options are none of this version. It stays open then.
 * @throws dev.litetransformer.runtime.TensorModelException the runtime cannot load the model.
 */
public class Translator(
    bundle: Bundle,
    factory: TensorModelFactory,
    threads: Int = 1,
    splitter: SentenceSplitter? = null,
    closesBundle: Boolean = false,
    private val nanoTime: () -> Long = System::nanoTime,
) : Closeable {
    /** What [translate] uses without options: those that were saved with the model. */
    public val defaultOptions: DecodingOptions = DecodingOptions.of(bundle.manifest)

    private val splitsTexts = bundle.manifest.settings.splitTexts
    private val languages = bundle.manifest.languages
    private val splitter = splitter ?: SentenceSplitter(languages.firstOrNull() ?: "")
    private val spaced = languages.lastOrNull()?.let { SentenceSplitter.hasSpaces(it) } ?: true
    private val generator = SequenceGenerator(bundle, factory, threads, Task.TRANSLATION)
    private val cutter = Cutter(generator.sourceLimit) { generator.countTokens(Sentence.plain(it)) }
    private val guard = if (closesBundle) CallGuard(NAME, generator, bundle) else CallGuard(NAME, generator)

    /**
     * Translates a text of any number of sentences and lines.
     *
     * Of several sentences, the hypotheses are the combinations of theirs with the fewest faults, and of these the highest sums of scores. Their
     * ids follow one another, the score is the sum, the faults are all of theirs, and the confidence is the least of theirs. There is none if a
     * sentence has none. A sentence that is too long for the file is cut, and named by [Hypothesis.tooLong].
     *
     * With a model of tokenised texts, whose bundle says that they are not split, this is [translateSentence].
     *
     * @param cancellation stops the call between two tokens.
     * @param onPartial gets the translation so far, on the calling thread, at most ten times a second, and the whole at the end. In beam search it
     *   is the best running hypothesis, so its last words may change. It may cancel and close. For long texts, a [PartialListener] is told only
     *   what is new.
     * @return up to `options.nBest` hypotheses, best first.
     * @throws DecodingException.Cancelled see [cancellation].
     * @throws IllegalArgumentException the file cannot do what the options ask for.
     */
    public fun translate(
        text: String,
        options: DecodingOptions = defaultOptions,
        cancellation: Cancellation = Cancellation(),
        onPartial: ((String) -> Unit)? = null,
    ): List<Hypothesis> = translated(text, options, cancellation, onPartial?.let(::WholeText))

    /**
     * Translates a text as the other `translate` does, and hands over each sentence once.
     *
     * @param listener is told what is new, at most ten times a second and at the end.
     */
    public fun translate(
        text: String,
        listener: PartialListener,
        options: DecodingOptions = defaultOptions,
        cancellation: Cancellation = Cancellation(),
    ): List<Hypothesis> = translated(text, options, cancellation, listener)

    private fun translated(text: String, options: DecodingOptions, cancellation: Cancellation, listener: PartialListener?): List<Hypothesis> = guard.call {
        if (splitsTexts) bySentences(text, options, cancellation, listener) else asOne(text, options, cancellation, listener)
    }

    private fun bySentences(text: String, options: DecodingOptions, cancellation: Cancellation, listener: PartialListener?): List<Hypothesis> {
        generator.check(options)
        guard.check(cancellation)
        val paragraph = Paragraph.read(text, splitter, cutter, spaced)
        val sources = paragraph.sentences.map { if (it.isCopied) null else generator.encode(it.plain) }
        val joined = JoinedTranslation(paragraph, options.nBest)
        val partial = listener?.let { PartialOutput(it, nanoTime) }
        partial?.append(paragraph.beginning)
        for (source in sources) {
            val found = source?.let { generator.generate(it, options, { guard.check(cancellation) }, partial, paragraph::escaped) } ?: COPIED
            val part = joined.add(found)
            partial?.append(part)
        }
        partial?.end()
        return joined.hypotheses
    }

    private fun asOne(text: String, options: DecodingOptions, cancellation: Cancellation, listener: PartialListener?): List<Hypothesis> {
        generator.check(options)
        val partial = listener?.let { PartialOutput(it, nanoTime) }
        val found = generator.generate(generator.encode(text), options, { guard.check(cancellation) }, partial)
        partial?.append(found.firstOrNull()?.text.orEmpty())
        partial?.end()
        return found
    }

    /**
     * Translates a text as one sequence, whatever it holds, as a line of a test set; otherwise as [translate].
     *
     * @throws DecodingException.TextTooLong it is too long for the file.
     */
    public fun translateSentence(
        text: String,
        options: DecodingOptions = defaultOptions,
        cancellation: Cancellation = Cancellation(),
        onPartial: ((String) -> Unit)? = null,
    ): List<Hypothesis> = guard.call { asOne(text, options, cancellation, onPartial?.let(::WholeText)) }

    /**
     * Prepares for texts like [example] with these options: translates two tokens of it. What is done at a first time only, such as loading classes
     * and laying out the tensors of a signature and the packed weights of its operators, is then not part of a later call. A text whose sentences
     * are in a larger bucket still meets signatures for the first time. A time that is shown for a call counts all that the call does, reading,
     * searching and its callbacks; the opening of the bundle and this are not part of it.
     *
     * @param example of the length of sentences to come; what it says does not matter.
     * @throws DecodingException.Busy another call is under way.
     */
    public fun warmUp(example: String = WARM_UP_TEXT, options: DecodingOptions = defaultOptions) {
        translate(example, options.shortest())
    }

    override fun close(): Unit = guard.close()

    private companion object {
        const val NAME = "Translator"

        /** Of a sentence that no model reads. */
        val COPIED = listOf(Hypothesis("", emptyList(), 0f))
    }
}

/** The hypotheses of a text, from those of its sentences. */
private class JoinedTranslation(private val paragraph: Paragraph, private val nBest: Int) {
    private class Combination(val chosen: List<Hypothesis>, val faults: Int, val score: Double)

    private var best = listOf(Combination(emptyList(), 0, 0.0))

    val hypotheses: List<Hypothesis>
        get() = best.map { Hypothesis.joined(paragraph.joined(it.chosen.map { one -> one.text }), it.chosen, paragraph.tooLong) }

    /**
     * Appends a sentence. The sort is stable: of equal combinations, the one whose earlier sentences rank higher comes first.
     *
     * @return what the best combination says of it, with what stands behind it; that of the sentences before does not change.
     */
    fun add(found: List<Hypothesis>): String {
        val extended = best.flatMap { before -> found.map { Combination(before.chosen + it, before.faults + it.faults, before.score + it.score) } }
        best = extended.sortedWith(compareBy<Combination> { it.faults }.thenByDescending { it.score }).take(nBest)
        val chosen = best.firstOrNull()?.chosen ?: return ""
        return paragraph.part(chosen.lastIndex, chosen.last().text)
    }
}
