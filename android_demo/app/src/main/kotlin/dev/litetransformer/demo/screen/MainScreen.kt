package dev.litetransformer.demo.screen

import android.os.Bundle
import android.os.LocaleList
import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.Spinner
import android.widget.TextView
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.R
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine
import dev.litetransformer.demo.state.Sheet

/** The views of the layout `main`: shows an [AppState], and tells the [Machine] what the user does. */
internal class MainScreen(private val root: View, private val machine: Machine, actions: Actions) {
    private val texts = Texts(root.resources)
    private val languages = LanguageViews(root, texts, machine)
    private val message = MessageViews(root, texts, machine)
    private val result = ResultViews(root, texts, machine, actions)
    private val title = find<View>(R.id.title)
    private val spinner = find<Spinner>(R.id.task)
    private val tasks = Chooser(spinner, R.layout.choice_title, texts::task, machine::choose)
    private val input = find<EditText>(R.id.input)
    private val clear = find<View>(R.id.clear)
    private val run = find<TextView>(R.id.run)
    private val commands = find<View>(R.id.commands)
    private val guess = find<View>(R.id.guess)
    private val examples = find<ViewGroup>(R.id.examples)
    private val suggestions = find<LinearLayout>(R.id.suggestions)
    private var shownExamples: List<String> = emptyList()
    private var shownSuggestions: List<String> = emptyList()
    private var isRendering = false

    init {
        input.addTextChangedListener(Watcher { if (!isRendering) machine.type(it) })
        run.setOnClickListener { machine.run() }
        clear.setOnClickListener {
            machine.clear()
            input.requestFocus()
        }
        find<View>(R.id.show_history).setOnClickListener { machine.open(Sheet.History) }
        find<View>(R.id.show_models).setOnClickListener { machine.open(Sheet.Models) }
        find<View>(R.id.show_options).setOnClickListener { machine.open(Sheet.Options) }
    }

    /** Keeps what only the views know. */
    fun save(saved: Bundle) {
        saved.putInt(SELECTION_START, input.selectionStart)
        saved.putInt(SELECTION_END, input.selectionEnd)
    }

    fun restore(saved: Bundle) {
        val length = input.length()
        input.setSelection(saved.getInt(SELECTION_START, length).coerceIn(0, length), saved.getInt(SELECTION_END, length).coerceIn(0, length))
    }

    fun render(state: AppState) {
        isRendering = true
        spinner.isVisible = state.tasks.size > 1
        title.isVisible = !spinner.isVisible
        if (spinner.isVisible) tasks.show(state.tasks, state.task)
        languages.render(state)
        renderInput(state)
        message.render(state)
        result.render(state)
        renderExamples(state)
        renderSuggestions(state)
        isRendering = false
    }

    private fun renderInput(state: AppState) {
        val locales = state.model?.source?.let(LocaleList::forLanguageTags)
        if (locales != null && locales != input.textLocales) {
            input.textLocales = locales
            input.imeHintLocales = locales
        }
        if (input.text.toString() != state.input) {
            input.setText(state.input)
            input.setSelection(input.length())
        }
        clear.keepPlace(state.input.isNotEmpty())
        run.text = texts.run(state.task)
        run.isVisible = state.canRun && state.input.isNotBlank()
        commands.isVisible = run.isVisible || guess.isVisible
    }

    private fun renderExamples(state: AppState) {
        val isEmpty = state.input.isEmpty() && state.result == null && !state.canStop
        val lines = if (isEmpty && state.model != null) Examples.of(state.task, state.model?.source) else emptyList()
        examples.isVisible = lines.isNotEmpty()
        if (lines == shownExamples) return
        shownExamples = lines
        examples.removeAllViews()
        if (lines.isNotEmpty()) examples.addView(ResultViews.heading(examples, R.string.examples))
        val locale = state.model?.source?.let(java.util.Locale::forLanguageTag)
        lines.forEach { text -> examples.addView(ResultViews.line(examples, ResultViews.spoken(text, locale)) { machine.receive(text) }) }
    }

    private fun renderSuggestions(state: AppState) {
        suggestions.isVisible = state.task == Task.LANGUAGE_MODEL
        // The strip keeps its place while new ones are looked for.
        if (suggestions.isVisible) suggestions.keepPlace(state.suggestions.isNotEmpty())
        if (state.suggestions == shownSuggestions) return
        shownSuggestions = state.suggestions
        suggestions.removeAllViews()
        for (word in state.suggestions) {
            val view = LayoutInflater.from(root.context).inflate(R.layout.suggestion, suggestions, false) as TextView
            view.text = word
            view.setOnClickListener { machine.takeSuggestion(word) }
            suggestions.addView(view)
        }
    }

    private fun <T : View> find(id: Int): T = root.findViewById(id)

    private companion object {
        const val SELECTION_START = "selection_start"
        const val SELECTION_END = "selection_end"
    }
}
