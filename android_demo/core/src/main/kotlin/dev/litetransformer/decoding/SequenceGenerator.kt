package dev.litetransformer.decoding

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.runtime.TensorModelFactory
import dev.litetransformer.text.Vocabulary
import java.io.Closeable

/** Texts in, hypotheses out, with an encoder-decoder's bundle: what [Translator] and [Summarizer] share. */
internal class SequenceGenerator(bundle: Bundle, factory: TensorModelFactory, threads: Int, task: Task) : Closeable {
    private val manifest = bundle.manifest
    private val source: Vocabulary = bundle.sourceVocabulary
    private val target: Vocabulary = bundle.targetVocabulary
    private val rules = AnswerRules(task, manifest.settings.calibration)
    private val model: EncoderDecoder

    init {
        require(manifest.task == task) { "The bundle's task must be $task. Received: ${manifest.task}" }
        require(threads >= 1) { "threads must be at least 1. Received: $threads" }
        model = factory.open(bundle.graph, threads).intoModel(manifest, ::EncoderDecoder)
    }

    /** Greatest number of tokens that is read of a text, its final `eos` excluded. */
    val sourceLimit: Int = minOf(model.largestSource - 1, manifest.settings.maxSourceTokens ?: Int.MAX_VALUE)

    override fun close() = model.close()

    /** Tokens of a text, without `eos`. */
    fun countTokens(text: String): Int = source.encode(text).size

    /**
     * Reads a text, as many tokens as the model reads.
     *
     * @throws DecodingException.TextTooLong it is longer than the largest bucket.
     */
    fun encode(text: String): Source {
        val all = source.encode(text)
        val kept = minOf(all.size, manifest.settings.maxSourceTokens ?: all.size)
        if (kept == 0) return Source(text, IntArray(0), 0)
        if (kept + 1 > model.largestSource) throw DecodingException.sourceTooLong(kept + 1, model.largestSource, text)
        val ids = all.copyOf(kept + 1).also { it[kept] = source.eosId }
        return Source(text, ids, all.size - kept)
    }

    /** @throws IllegalArgumentException the file cannot do what the options ask for. */
    fun check(options: DecodingOptions) {
        require(options.beamSize == 1 || model.beamSize > 1) {
            "This file was exported without beam_step, so beamSize must be 1. Received: ${options.beamSize}"
        }
        options.limit(1, model.capacity)
    }

    /**
     * The best hypotheses, best first.
     *
     * @param check is called between tokens and may throw.
     * @param partial is shown the best running hypothesis when it is due; [shown] makes of its text what is shown.
     */
    fun generate(
        source: Source,
        options: DecodingOptions,
        check: () -> Unit,
        partial: PartialOutput? = null,
        shown: (String) -> String = { it },
    ): List<Hypothesis> {
        check()
        if (source.ids.isEmpty()) return rules.answers(source.text, options, NOTHING, target::decode)
        val searchRules = Rules(options, options.limit(source.ids.size, model.capacity), target.eosId, target.padId, target.size)
        val memory = model.encode(source.ids)
        val progress = Progress { ids, length ->
            if (partial != null && partial.isDue()) partial.show(shown(target.decode(ids.copyOf(length))))
            check()
        }
        val found = if (options.beamSize == 1) {
            GreedySearch(searchRules, model.greedy(memory)).run(progress)
        } else {
            BeamSearch(searchRules, model.beam(memory, options.beamSize)).run(progress)
        }
        return rules.answers(source.text, options, found, target::decode)
    }

    private companion object {
        /** The answer to a text without tokens. */
        val NOTHING = listOf(Scored(IntArray(0), 0f))
    }
}

/**
 * A text that was read.
 *
 * @property text all of it.
 * @property ids its tokens and `eos`; empty for a text without tokens.
 * @property cut tokens that the model does not read.
 */
internal class Source(val text: String, val ids: IntArray, val cut: Int)
