package dev.litetransformer.demo

import android.content.res.Resources
import android.icu.text.NumberFormat
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.state.DemoViewState
import dev.litetransformer.demo.state.Figures
import dev.litetransformer.demo.state.Message
import dev.litetransformer.demo.state.Work
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

    /** What a model does and what it is called. */
    fun model(model: ModelEntry): String {
        val names = model.languages.map { Locale.forLanguageTag(it).getDisplayLanguage(locale) }
        return when (names.size) {
            2 -> resources.getString(R.string.model_pair, names[0], names[1], model.name)
            1 -> resources.getString(R.string.model_single, names[0], model.name)
            else -> model.name
        }
    }

    fun wideSearch(model: ModelEntry?): String = when (model?.task) {
        Task.LANGUAGE_MODEL -> resources.getString(R.string.search_sampling)
        else -> resources.getString(R.string.search_beam)
    }

    /** What goes on, or what came of it. */
    fun status(state: DemoViewState): String = when (val work = state.work) {
        Work.Listing -> resources.getString(R.string.status_listing)
        is Work.Adding -> resources.getString(R.string.status_adding, NumberFormat.getPercentInstance(locale).format(work.percent / PERCENT))
        is Work.Answering -> resources.getString(if (work.isStopping) R.string.status_stopping else R.string.status_answering)
        Work.None -> state.figures?.let(::figures) ?: state.model?.let(::about).orEmpty()
    }

    fun message(message: Message): String = when (message) {
        Message.NoModel -> resources.getString(R.string.message_no_model)
        Message.NoText -> resources.getString(R.string.message_no_text)
        Message.NothingShared -> resources.getString(R.string.message_nothing_shared)
        Message.NoFilePicker -> resources.getString(R.string.message_no_file_picker)
        Message.Stopped -> resources.getString(R.string.message_stopped)
        Message.OutOfMemory -> resources.getString(R.string.message_out_of_memory)
        Message.LowConfidence -> resources.getString(R.string.message_low_confidence)
        is Message.Missing -> resources.getString(R.string.message_missing, message.items.joinToString())
        is Message.Added -> resources.getString(R.string.message_added, message.items.joinToString())
        is Message.InputCut -> resources.getQuantityString(R.plurals.message_input_cut, message.maximum, message.maximum)
        is Message.TextTooLong -> resources.getQuantityString(R.plurals.message_text_too_long, message.tokens, message.tokens, message.maximum)
        is Message.NotABundle -> resources.getString(R.string.message_not_a_bundle, message.name)
        is Message.OtherVersion -> resources.getString(R.string.message_other_version, message.name)
        is Message.Damaged -> resources.getString(R.string.message_damaged, message.name, message.detail)
        is Message.TooLarge -> resources.getString(R.string.message_too_large, message.name, message.detail)
        is Message.RuntimeRefuses -> resources.getString(R.string.message_runtime_refuses, message.name, message.detail)
        is Message.Unreadable -> resources.getString(R.string.message_unreadable, message.name, message.detail)
        is Message.Unexpected -> resources.getString(R.string.message_unexpected, message.detail)
    }

    private fun about(model: ModelEntry): String =
        resources.getString(R.string.status_model, model.variant, decimal(model.bytes / MEGABYTE, 1))

    private fun figures(figures: Figures): String {
        val tokens = resources.getQuantityString(R.plurals.tokens, figures.tokens, figures.tokens)
        val speed = decimal(figures.tokensPerSecond, 0)
        val line = resources.getString(R.string.status_figures, tokens, decimal(figures.seconds, 2), speed, decimal(figures.modelBytes / MEGABYTE, 1))
        if (figures.cutTokens == 0) return line
        return line + "\n" + resources.getQuantityString(R.plurals.tokens_cut, figures.cutTokens, figures.cutTokens)
    }

    private fun decimal(value: Double, digits: Int): String = NumberFormat.getNumberInstance(locale).run {
        minimumFractionDigits = digits
        maximumFractionDigits = digits
        format(value)
    }

    private companion object {
        const val PERCENT = 100.0
    }
}
