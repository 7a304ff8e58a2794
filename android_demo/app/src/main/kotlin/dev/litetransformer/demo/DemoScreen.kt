package dev.litetransformer.demo

import android.os.Bundle
import android.text.Editable
import android.text.TextWatcher
import android.view.View
import android.widget.AdapterView
import android.widget.ArrayAdapter
import android.widget.Button
import android.widget.EditText
import android.widget.RadioButton
import android.widget.RadioGroup
import android.widget.Spinner
import android.widget.TextView
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.Search
import dev.litetransformer.demo.state.DemoPresenter
import dev.litetransformer.demo.state.DemoViewState

/**
 * The views of the layout `demo`: shows a [DemoViewState], and tells the [DemoPresenter] what the user does.
 *
 * @param canReplace whether the result may take the place of the text that another app sent.
 */
internal class DemoScreen(private val root: View, private val actions: Actions, private val canReplace: Boolean) {
    /** What a screen cannot do without an activity. */
    class Actions(val openModel: () -> Unit, val copy: () -> Unit, val share: () -> Unit, val replace: () -> Unit)

    private val texts = Texts(root.resources)
    private val tasks = Chooser(find(R.id.task), Task.entries, texts::task)
    private val models = Chooser<ModelEntry>(find(R.id.model), emptyList(), texts::model)
    private val searches = find<RadioGroup>(R.id.search)
    private val greedy = find<RadioButton>(R.id.search_greedy)
    private val wide = find<RadioButton>(R.id.search_wide)
    private val input = find<EditText>(R.id.input)
    private val run = find<Button>(R.id.run)
    private val cancel = find<View>(R.id.cancel)
    private val clear = find<View>(R.id.clear)
    private val swap = find<View>(R.id.swap)
    private val openModel = find<View>(R.id.open_model)
    private val remove = find<View>(R.id.remove)
    private val results = listOf(R.id.copy, R.id.share).map { find<View>(it) }
    private val replace = find<View>(R.id.replace)
    private val progress = find<View>(R.id.progress)
    private val status = find<TextView>(R.id.status)
    private val message = find<TextView>(R.id.message)
    private val outputTitle = find<View>(R.id.output_title)
    private val output = find<TextView>(R.id.output)
    private val failureColors = message.textColors
    private var isRendering = false

    /** Shows the presenter's state from now on. */
    fun bind(presenter: DemoPresenter, saved: Bundle?) {
        tasks.onChosen = { if (!isRendering) presenter.choose(it) }
        models.onChosen = { if (!isRendering) presenter.choose(it) }
        searches.setOnCheckedChangeListener { _, id -> if (!isRendering) presenter.choose(if (id == R.id.search_wide) Search.WIDE else Search.GREEDY) }
        input.addTextChangedListener(Watcher { if (!isRendering) presenter.type(it) })
        run.setOnClickListener { presenter.run() }
        cancel.setOnClickListener { presenter.cancel() }
        clear.setOnClickListener { presenter.clear() }
        swap.setOnClickListener { presenter.swap() }
        openModel.setOnClickListener { actions.openModel() }
        remove.setOnClickListener { presenter.remove() }
        find<View>(R.id.copy).setOnClickListener { actions.copy() }
        find<View>(R.id.share).setOnClickListener { actions.share() }
        replace.setOnClickListener { actions.replace() }
        presenter.observer = ::render
        saved?.let(::restoreSelection)
    }

    /** Keeps what only the views know. */
    fun save(saved: Bundle) {
        saved.putInt(SELECTION_START, input.selectionStart)
        saved.putInt(SELECTION_END, input.selectionEnd)
    }

    private fun restoreSelection(saved: Bundle) {
        val length = input.length()
        input.setSelection(saved.getInt(SELECTION_START, length).coerceIn(0, length), saved.getInt(SELECTION_END, length).coerceIn(0, length))
    }

    private fun render(state: DemoViewState) {
        isRendering = true
        renderChoices(state)
        renderTexts(state)
        renderButtons(state)
        isRendering = false
    }

    private fun renderChoices(state: DemoViewState) {
        tasks.show(Task.entries, state.task, state.isIdle)
        models.show(state.modelsOfTask, state.model, state.isIdle)
        wide.text = texts.wideSearch(state.model)
        searches.check(if (state.search == Search.WIDE && state.hasWideSearch) R.id.search_wide else R.id.search_greedy)
        greedy.isEnabled = state.isIdle
        wide.isEnabled = state.isIdle && state.hasWideSearch
    }

    private fun renderTexts(state: DemoViewState) {
        if (input.text.toString() != state.input) {
            input.setText(state.input)
            input.setSelection(input.length())
        }
        // Read aloud when it is whole, not word by word.
        output.accessibilityLiveRegion = if (state.isAnswering) View.ACCESSIBILITY_LIVE_REGION_NONE else View.ACCESSIBILITY_LIVE_REGION_POLITE
        output.showText(state.output)
        output.isVisible = state.output.isNotEmpty()
        outputTitle.isVisible = state.output.isNotEmpty()
        status.showText(texts.status(state))
        message.showText(state.message?.let(texts::message).orEmpty())
        message.isVisible = state.message != null
        message.setTextColor(if (state.message?.isFailure == false) output.textColors else failureColors)
    }

    private fun renderButtons(state: DemoViewState) {
        run.text = texts.run(state.task)
        run.isEnabled = state.canRun
        cancel.isVisible = !state.isIdle
        clear.isEnabled = !state.isAnswering && (state.input.isNotEmpty() || state.output.isNotEmpty())
        swap.isVisible = state.reverseModel != null
        swap.isEnabled = state.isIdle
        openModel.isEnabled = state.isIdle
        remove.isVisible = state.model?.isBuiltIn == false
        remove.isEnabled = state.isIdle
        results.forEach { it.isVisible = state.hasResult }
        replace.isVisible = canReplace && state.hasResult
        progress.isVisible = !state.isIdle
    }

    private fun <T : View> find(id: Int): T = root.findViewById(id)

    private companion object {
        const val SELECTION_START = "selection_start"
        const val SELECTION_END = "selection_end"
    }
}

private var View.isVisible: Boolean
    get() = visibility == View.VISIBLE
    set(value) {
        visibility = if (value) View.VISIBLE else View.GONE
    }

/** Sets a text that is another one; the same one again would be announced twice. */
private fun TextView.showText(text: String) {
    if (this.text.toString() != text) this.text = text
}

private class Watcher(private val onText: (String) -> Unit) : TextWatcher {
    override fun beforeTextChanged(text: CharSequence?, start: Int, count: Int, after: Int) = Unit

    override fun onTextChanged(text: CharSequence?, start: Int, before: Int, count: Int) = Unit

    override fun afterTextChanged(text: Editable) = onText(text.toString())
}

/** A spinner over values. */
private class Chooser<T : Any>(private val spinner: Spinner, private var values: List<T>, private val title: (T) -> String) {
    var onChosen: (T) -> Unit = {}

    init {
        spinner.onItemSelectedListener = object : AdapterView.OnItemSelectedListener {
            override fun onItemSelected(parent: AdapterView<*>?, view: View?, position: Int, id: Long) {
                values.getOrNull(position)?.let { onChosen(it) }
            }

            override fun onNothingSelected(parent: AdapterView<*>?) = Unit
        }
        fill()
    }

    fun show(values: List<T>, chosen: T?, isEnabled: Boolean) {
        if (this.values != values) {
            this.values = values
            fill()
        }
        val position = values.indexOf(chosen)
        if (position >= 0 && spinner.selectedItemPosition != position) spinner.setSelection(position)
        spinner.isEnabled = isEnabled && values.isNotEmpty()
    }

    private fun fill() {
        spinner.adapter = ArrayAdapter(spinner.context, R.layout.choice, values.map(title)).also { it.setDropDownViewResource(R.layout.choice_in_list) }
    }
}
