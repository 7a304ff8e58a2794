package dev.litetransformer.demo.state

import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.Answer
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.withSuggestion

/**
 * All that the app decides, without threads, files and views: a call changes the [state] and may ask for [Effects]. One thread calls it.
 *
 * Every request for an answer has a number of its own. What arrives for any other number than the running one is ignored: a stopped or an
 * outdated answer cannot get on the screen.
 *
 * @param restored what was kept of the process before.
 * @param only the task to which the models are limited; null: all of them.
 * @param languages codes of the languages that the user reads, the best known first.
 */
class Machine(
    private val effects: Effects,
    restored: SavedState? = null,
    settings: Settings = Settings(),
    only: Task? = null,
    languages: List<String> = emptyList(),
) {
    var state: AppState = initial(restored, settings, only)
        private set(value) {
            field = value
            observer?.invoke(value)
        }

    /** Is told the state at once and at every change. */
    var observer: ((AppState) -> Unit)? = null
        set(value) {
            field = value
            value?.invoke(state)
        }

    /** Which models there are. */
    val library = Library(this, effects, languages)

    /** What is kept of answers. */
    val notes = Notes(this, effects)

    private var lastNumber = 0L
    private var suggesting = 0L
    private var isWanted = false

    internal fun update(change: AppState.() -> AppState) {
        state = state.change()
    }

    /** Finds the models and what was kept. */
    fun start() {
        library.list()
        effects.loadHistory()
    }

    fun type(text: String) {
        if (text == state.input) return
        dropAnswer()
        suggesting = 0
        update { withInput(text).copy(guess = null, suggestions = emptyList()) }
        if (state.query == null || state.input.isBlank()) update { copy(result = null) }
        waitForMore()
    }

    /** Takes a text from outside, and answers it at once. */
    fun receive(text: CharSequence?) {
        if (text.isNullOrBlank()) {
            tell(Message.NothingShared)
            return
        }
        dropAnswer()
        update { copy(result = null, guess = null, suggestions = emptyList()).withInput(text.toString()) }
        begin()
    }

    private fun AppState.withInput(text: String): AppState {
        if (text.length <= MAXIMUM_CHARACTERS) return copy(input = text, message = null)
        val end = if (text[MAXIMUM_CHARACTERS - 1].isHighSurrogate()) MAXIMUM_CHARACTERS - 1 else MAXIMUM_CHARACTERS
        return copy(input = text.take(end), message = Message.InputCut(MAXIMUM_CHARACTERS))
    }

    /** Waits for the next key; an automatic answer or suggestions come when there is none. */
    private fun waitForMore() {
        val waits = state.input.isNotBlank() && (state.isAutomatic || state.task == Task.LANGUAGE_MODEL)
        if (!waits) return
        val number = ++lastNumber
        update { copy(pending = number) }
        effects.schedule(number, PAUSE_MILLISECONDS)
    }

    /** No key came for a while after [number] was scheduled. */
    fun due(number: Long) {
        if (state.pending != number) return
        update { copy(pending = null) }
        val model = state.model
        if (state.task == Task.LANGUAGE_MODEL) {
            suggesting = number
            if (model != null) effects.suggest(number, model, state.input)
        } else {
            begin()
        }
    }

    /** Translates, summarizes or continues the text because the user asks for it. */
    fun run() {
        dropAnswer()
        begin()
    }

    /** Asks for an answer, or remembers that one is wanted until the models are known. */
    private fun begin() {
        val model = state.model
        val query = state.query
        isWanted = model == null && state.isListing
        when {
            isWanted -> Unit
            model == null -> tell(Message.NoModel)
            query == null -> tell(Message.NoText)
            state.usable != null && state.task != Task.LANGUAGE_MODEL -> Unit
            else -> {
                val number = ++lastNumber
                update { copy(running = Running(number, query), message = message.takeIf { it is Message.InputCut }) }
                effects.answer(number, model, query)
            }
        }
        if (model != null && query != null && model.task == Task.TRANSLATION) effects.guess(query.text)
    }

    /** The models are known: what was wanted meanwhile is done. */
    internal fun resume() {
        val model = state.model ?: return
        effects.prepare(model)
        if (isWanted || (state.isAutomatic && state.query != null && state.usable == null && state.running == null)) begin()
    }

    fun partial(number: Long, text: String) {
        val running = state.running?.takeIf { it.number == number } ?: return
        update { copy(result = Result(running.query, listOf(text), isWhole = false)) }
    }

    /** @param figures null when the time would count more than the answer. */
    fun answered(number: Long, answer: Answer, figures: Figures?) {
        val running = state.running?.takeIf { it.number == number } ?: return
        val texts = (listOf(answer.text) + answer.alternatives).distinct()
        update { copy(running = null, result = Result(running.query, texts, figures = figures, remarks = Message.about(answer))) }
    }

    fun failed(number: Long, message: Message) {
        if (state.running?.number == number) update { copy(running = null, message = message, hasDetails = false) }
    }

    /** Stops what runs: an answer at once, listing and unpacking at their next piece. */
    fun stop() {
        isWanted = false
        if (state.running != null) {
            dropAnswer()
            tell(Message.Stopped)
        }
        library.stop()
    }

    /** Forgets the running answer: the screen is free at once, whatever the background thread still does. */
    internal fun dropAnswer() {
        if (state.running != null) effects.stopAnswer()
        if (state.running != null || state.pending != null) update { copy(running = null, pending = null) }
    }

    fun clear() {
        notes.remember()
        dropAnswer()
        update { copy(input = "", result = null, message = null, guess = null, suggestions = emptyList()) }
    }

    fun choose(task: Task) {
        if (task == state.task) return
        val model = state.models.firstOrNull { it.task == task } ?: return
        choose(model)
    }

    /** Chooses a model; the text stays and is answered anew. */
    fun choose(model: ModelEntry) {
        if (model.id == state.modelId) return
        notes.remember()
        dropAnswer()
        val settings = state.settings.copy(modelId = model.id)
        update { copy(modelId = model.id, task = model.task, settings = settings, result = null, message = null, guess = null, suggestions = emptyList()) }
        effects.saveSettings(settings)
        effects.prepare(model)
        if (state.isAutomatic && state.query != null) begin()
    }

    /** Chooses the language of the text; that of the result stays if it can. */
    fun chooseSource(language: String) {
        val model = state.model
        if (language == model?.source) return
        val candidates = state.modelsOfTask.filter { it.source == language }
        val kept = candidates.firstOrNull { it.target == model?.target } ?: candidates.firstOrNull { it.target == model?.source }
        (kept ?: candidates.firstOrNull())?.let(::choose)
    }

    fun chooseTarget(language: String) {
        val source = state.model?.source
        state.modelsOfTask.firstOrNull { it.source == source && it.target == language }?.let(::choose)
    }

    /** Turns the direction round: the other model, and the result becomes the text. */
    fun swap() {
        val reverse = state.reverseModel ?: return
        val text = state.usable?.text ?: state.input
        notes.remember()
        dropAnswer()
        update { copy(input = text, result = null) }
        choose(reverse)
    }

    fun chooseAlternative(position: Int) {
        val result = state.usable ?: return
        if (position in result.texts.indices) update { copy(result = result.copy(chosen = position)) }
    }

    /** @param language that the text seems to be in, or null. */
    fun guessed(text: String, language: String?) {
        if (state.query?.text != text) return
        update { copy(guess = language?.takeIf { it != model?.source }) }
    }

    fun suggested(number: Long, words: List<String>) {
        if (number == suggesting) update { copy(suggestions = words) }
    }

    fun takeSuggestion(word: String) = type(withSuggestion(state.input, word))

    fun change(settings: Settings) {
        val before = state.settings
        if (settings == before) return
        update { copy(settings = settings) }
        effects.saveSettings(settings)
        if (state.isAutomatic && state.query != null && (settings.search != before.search || !before.isAutomatic)) run()
    }

    fun open(sheet: Sheet?) = update { copy(sheet = sheet) }

    fun tell(message: Message?) = update { copy(message = message, hasDetails = false) }

    fun showDetails(isShown: Boolean) = update { copy(hasDetails = isShown) }

    fun spoken(isSpeaking: Boolean) = update { copy(isSpeaking = isSpeaking) }

    companion object {
        /** Longest text that is taken; more would not survive in what Android keeps of an app. */
        const val MAXIMUM_CHARACTERS: Int = 50_000

        /** So long no key must come before a text is translated. */
        const val PAUSE_MILLISECONDS: Long = 250

        private fun initial(restored: SavedState?, settings: Settings, only: Task?): AppState = if (restored == null) {
            AppState(settings, only)
        } else {
            AppState(settings, only, task = restored.task, modelId = restored.modelId, input = restored.input, result = restored.result)
        }
    }
}
