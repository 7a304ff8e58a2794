package dev.litetransformer.demo.state

import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.HistoryEntry
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.ModelStore

/** Remembers what a machine asks for; the test answers in its own time. */
internal class Recorder : Effects {
    class Asked(val number: Long, val model: ModelEntry, val query: Query)

    val scheduled = ArrayList<Long>()
    val answers = ArrayList<Asked>()
    val suggestions = ArrayList<Pair<Long, String>>()
    val saved = ArrayList<List<HistoryEntry>>()
    val settings = ArrayList<Settings>()
    val prepared = ArrayList<String>()
    val added = ArrayList<String>()
    val removed = ArrayList<String>()
    val guesses = ArrayList<String>()
    var listings = 0
    var stoppedAnswers = 0
    var stoppedLibrary = 0

    override fun schedule(number: Long, milliseconds: Long) {
        scheduled += number
    }

    override fun answer(number: Long, model: ModelEntry, query: Query) {
        answers += Asked(number, model, query)
    }

    override fun stopAnswer() {
        stoppedAnswers++
    }

    override fun prepare(model: ModelEntry) {
        prepared += model.id
    }

    override fun list() {
        listings++
    }

    override fun add(documentName: String, find: () -> ModelStore.Packed) {
        added += documentName
    }

    override fun remove(model: ModelEntry) {
        removed += model.id
    }

    override fun stopLibrary() {
        stoppedLibrary++
    }

    override fun guess(text: String) {
        guesses += text
    }

    override fun suggest(number: Long, model: ModelEntry, text: String) {
        suggestions += number to text
    }

    override fun loadHistory() = Unit

    override fun saveHistory(entries: List<HistoryEntry>) {
        saved += entries
    }

    override fun saveSettings(settings: Settings) {
        this.settings += settings
    }
}

internal fun model(languages: String, task: Task = Task.TRANSLATION, isBuiltIn: Boolean = true, beamSize: Int = 4): ModelEntry = ModelEntry(
    id = languages,
    name = languages,
    task = task,
    languages = languages.split("-"),
    variant = "int8",
    beamSize = beamSize,
    bytes = 1,
    isBuiltIn = isBuiltIn,
)

internal val MODELS = listOf("en-fr", "fr-en", "en-de", "de-en").map { model(it) }
internal val COMPLETER = model("en", Task.LANGUAGE_MODEL, beamSize = 1)
internal val SUMMARIZER = model("en-en", Task.SUMMARIZATION)

/** A machine whose models are known. */
internal fun machine(
    recorder: Recorder,
    models: List<ModelEntry> = MODELS,
    restored: SavedState? = null,
    settings: Settings = Settings(),
    only: Task? = null,
    languages: List<String> = emptyList(),
): Machine = Machine(recorder, restored, settings, only, languages).also {
    it.start()
    it.notes.loaded(emptyList())
    it.library.listed(ModelStore.Listing(models, emptyList()))
}
