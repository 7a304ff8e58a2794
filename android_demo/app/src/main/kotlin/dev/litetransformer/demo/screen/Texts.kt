package dev.litetransformer.demo.screen

import android.content.res.Resources
import android.icu.text.NumberFormat
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.R
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Figures
import dev.litetransformer.demo.state.Message
import java.util.Locale

private const val MEGABYTE = 1_000_000.0

/** What the state says, in the user's language. */
internal class Texts(private val resources: Resources) {
    private val locale: Locale get() = resources.configuration.locales[0]

    fun task(task: Task): String = resources.getString(
        when (task) {
            Task.TRANSLATION -> R.string.task_translation
            Task.SUMMARIZATION -> R.string.task_summarization
            Task.LANGUAGE_MODEL -> R.string.task_language_model
        },
    )

    fun run(task: Task): String = resources.getString(
        when (task) {
            Task.TRANSLATION -> R.string.run_translation
            Task.SUMMARIZATION -> R.string.run_summarization
            Task.LANGUAGE_MODEL -> R.string.run_language_model
        },
    )

    /** The name of a language, as it is written where it stands alone. */
    fun language(code: String): String =
        Locale.forLanguageTag(code).getDisplayName(locale).replaceFirstChar { if (it.isLowerCase()) it.titlecase(locale) else it.toString() }

    fun guess(code: String, isKnown: Boolean): String {
        val name = Locale.forLanguageTag(code).getDisplayName(locale)
        return resources.getString(if (isKnown) R.string.guess else R.string.guess_no_model, name)
    }

    /** What a model does. */
    fun model(model: ModelEntry): String = when {
        model.task == Task.TRANSLATION && model.languages.size == 2 -> pair(model.languages)
        model.languages.isEmpty() -> task(model.task)
        else -> resources.getString(R.string.model_task, task(model.task), model.languages.joinToString { language(it) })
    }

    fun pair(languages: List<String>): String = resources.getString(R.string.model_pair, language(languages.first()), language(languages.last()))

    /** What a model says of itself: one fact per line. */
    fun facts(model: ModelEntry): String {
        val card = model.card
        return listOfNotNull(
            resources.getString(R.string.model_size, model.name, model.variant, decimal(model.bytes / MEGABYTE, 1)),
            scores(model.card.scores).ifEmpty { null },
            (card.milliseconds["beam ${model.beamSize}"] ?: card.milliseconds.values.firstOrNull())?.let {
                resources.getString(R.string.model_speed, decimal(it, 1))
            },
            card.licence?.let { resources.getString(R.string.model_licence, it) } ?: resources.getString(R.string.model_no_licence),
            card.data?.let { resources.getString(R.string.model_data, it) },
        ).joinToString("\n")
    }

    /** The scores that people know, by the names that they know. */
    private fun scores(scores: Map<String, Double>): String = METRICS.entries.mapNotNull { (metric, name) ->
        scores[metric]?.let { resources.getString(R.string.model_score, name, decimal(it, 1)) }
    }.joinToString()

    fun wideSearch(model: ModelEntry?): String =
        resources.getString(if (model?.task == Task.LANGUAGE_MODEL) R.string.search_sampling else R.string.search_beam)

    /** What goes on, or what the result is. */
    fun status(state: AppState): String {
        val adding = state.adding
        return when {
            adding != null -> resources.getString(R.string.status_adding, NumberFormat.getPercentInstance(locale).format(adding / PERCENT))
            state.isListing -> resources.getString(R.string.status_listing)
            state.usable != null -> state.usable?.figures?.let(::figures) ?: languageOf(state)
            state.running != null -> resources.getString(R.string.status_answering)
            state.pending != null -> resources.getString(R.string.status_waiting)
            state.result?.isWhole == false -> resources.getString(R.string.status_beginning)
            state.result != null && state.result.query != state.query -> resources.getString(R.string.status_old)
            else -> languageOf(state)
        }
    }

    fun message(message: Message): String = when (message) {
        Message.NoModel -> resources.getString(R.string.message_no_model)
        Message.NoText -> resources.getString(R.string.message_no_text)
        Message.NothingShared -> resources.getString(R.string.message_nothing_shared)
        Message.NoFilePicker -> resources.getString(R.string.message_no_file_picker)
        is Message.NoVoice -> resources.getString(R.string.message_no_voice, Locale.forLanguageTag(message.language).getDisplayName(locale))
        Message.Stopped -> resources.getString(R.string.message_stopped)
        Message.OutOfMemory -> resources.getString(R.string.message_out_of_memory)
        Message.LowConfidence -> resources.getString(R.string.message_low_confidence)
        is Message.Missing -> resources.getString(R.string.message_missing, message.items.joinToString())
        is Message.Added -> resources.getString(R.string.message_added, message.items.joinToString())
        is Message.SentenceCut -> resources.getString(R.string.message_sentence_cut, message.excerpt)
        is Message.EndNotRead -> resources.getQuantityString(R.plurals.message_end_not_read, message.tokens, message.tokens)
        is Message.InputCut -> resources.getQuantityString(R.plurals.message_input_cut, message.maximum, message.maximum)
        is Message.TextTooLong -> resources.getQuantityString(R.plurals.message_text_too_long, message.tokens, message.tokens, message.maximum)
        is Message.NotABundle -> resources.getString(R.string.message_not_a_bundle, message.name)
        is Message.OtherVersion -> resources.getString(R.string.message_other_version, message.name)
        is Message.Damaged -> resources.getString(R.string.message_damaged, message.name)
        is Message.TooLarge -> resources.getString(R.string.message_too_large, message.name)
        is Message.RuntimeRefuses -> resources.getString(R.string.message_runtime_refuses, message.name)
        is Message.Unreadable -> resources.getString(R.string.message_unreadable, message.name)
        is Message.Unexpected -> resources.getString(R.string.message_unexpected)
    }

    private fun languageOf(state: AppState): String = state.model?.target?.let(::language) ?: resources.getString(R.string.result)

    private fun figures(figures: Figures): String {
        val tokens = resources.getQuantityString(R.plurals.tokens, figures.tokens, figures.tokens)
        return resources.getString(R.string.status_figures, tokens, duration(figures.seconds))
    }

    private fun duration(seconds: Double): String = if (seconds < 1) {
        resources.getString(R.string.milliseconds, decimal(seconds * MILLISECONDS, 0))
    } else {
        resources.getString(R.string.seconds, decimal(seconds, 1))
    }

    private fun decimal(value: Double, digits: Int): String = NumberFormat.getNumberInstance(locale).run {
        minimumFractionDigits = digits
        maximumFractionDigits = digits
        format(value)
    }

    private companion object {
        val METRICS = mapOf("bleu" to "BLEU", "chrf" to "chrF", "rougeL" to "ROUGE-L", "perplexity_per_word" to "Perplexity")
        const val PERCENT = 100.0
        const val MILLISECONDS = 1000
    }
}
