package dev.litetransformer.demo.state

import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.HistoryEntry
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.Search

/**
 * What an answer answers: with any other text, model or search it is another request.
 *
 * @property text as the model reads it.
 */
data class Query(val text: String, val modelId: String, val search: Search)

/**
 * What an answer took.
 *
 * @property tokens that were made.
 * @property seconds from the text to the whole answer; loading and warming up the model are not counted.
 */
data class Figures(val tokens: Int, val seconds: Double)

/**
 * What is known of a request's answer.
 *
 * @property query that it answers.
 * @property texts the answer, and behind it the alternatives.
 * @property chosen which of them is shown.
 * @property isWhole whether the model came to its end; otherwise it is a beginning.
 * @property figures null when they would count more than the answer.
 * @property remarks what must be said about it.
 */
data class Result(
    val query: Query,
    val texts: List<String>,
    val chosen: Int = 0,
    val isWhole: Boolean = true,
    val figures: Figures? = null,
    val remarks: List<Message> = emptyList(),
) {
    val text: String get() = texts.getOrElse(chosen) { "" }
}

/** A request under way. Only what comes with its [number] belongs to it. */
data class Running(val number: Long, val query: Query)

/**
 * What the user set; it outlives the app.
 *
 * @property isAutomatic whether texts are translated while they are typed.
 * @property keepsHistory whether answers are kept.
 */
data class Settings(val search: Search = Search.WIDE, val isAutomatic: Boolean = true, val keepsHistory: Boolean = true, val modelId: String? = null)

/** A sheet or a question over the screen. */
sealed interface Sheet {
    data object Models : Sheet

    data object History : Sheet

    data object Options : Sheet

    /** Whether that model shall really go. */
    data class Removal(val model: ModelEntry) : Sheet

    /** Whether the history shall really go. */
    data object Forgetting : Sheet
}

/** Everything that the screen shows. */
data class AppState(
    val settings: Settings = Settings(),
    /** The only task whose models are offered, or null. */
    val only: Task? = null,
    val models: List<ModelEntry> = emptyList(),
    val task: Task = Task.TRANSLATION,
    val modelId: String? = settings.modelId,
    val input: String = "",
    val result: Result? = null,
    /** Number of the request that waits for the end of typing. */
    val pending: Long? = null,
    val running: Running? = null,
    val isListing: Boolean = false,
    /** Whether all models were found. */
    val isListed: Boolean = false,
    /** How many percent of a new model are unpacked, or null. */
    val adding: Int? = null,
    val message: Message? = null,
    val hasDetails: Boolean = false,
    /** Language that the text seems to be in, when it is not the source's. */
    val guess: String? = null,
    val suggestions: List<String> = emptyList(),
    val history: List<HistoryEntry> = emptyList(),
    val sheet: Sheet? = null,
    val isSpeaking: Boolean = false,
) {
    val model: ModelEntry? get() = models.firstOrNull { it.id == modelId }
    val tasks: List<Task> get() = Task.entries.filter { task -> models.any { it.task == task } }
    val modelsOfTask: List<ModelEntry> get() = models.filter { it.task == task }

    /** The model that translates the other way, or null. */
    val reverseModel: ModelEntry? get() = model?.let { chosen -> models.firstOrNull { it.isReverseOf(chosen) } }

    /** Languages from which there is a translation. */
    val sources: List<String> get() = modelsOfTask.mapNotNull { it.source }.distinct()

    /** Languages into which there is a translation from the chosen one. */
    val targets: List<String> get() = modelsOfTask.filter { it.source == model?.source }.mapNotNull { it.target }.distinct()

    /** The request that the screen now stands for, or null. */
    val query: Query?
        get() = model?.let { chosen ->
            val text = if (chosen.task == Task.LANGUAGE_MODEL) input else input.trim()
            val search = if (hasWideSearch) settings.search else Search.GREEDY
            Query(text, chosen.id, search).takeIf { text.isNotEmpty() || chosen.task == Task.LANGUAGE_MODEL }
        }

    /** The result, if it is whole and answers what the screen stands for: only such a one may be copied, shared, spoken, kept or handed back. */
    val usable: Result? get() = result?.takeIf { running == null && it.isWhole && it.query == query && it.text.isNotEmpty() }

    /** Whether something else than greedy search can be chosen. */
    val hasWideSearch: Boolean get() = model?.let { it.beamSize > 1 || it.task == Task.LANGUAGE_MODEL } ?: false

    /** Whether the text is translated without being asked. */
    val isAutomatic: Boolean get() = settings.isAutomatic && task == Task.TRANSLATION

    /** Whether it makes sense to ask for an answer. */
    val canRun: Boolean get() = query != null && running == null && pending == null && (usable == null || task == Task.LANGUAGE_MODEL)

    /** Whether there is something to stop. */
    val canStop: Boolean get() = running != null || isListing || adding != null
    val isIdle: Boolean get() = !canStop && pending == null

    /** The usable result as it would be kept, or null. */
    val entry: HistoryEntry? get() = usable?.let { HistoryEntry(it.query.text, it.text, model?.languages.orEmpty()) }
    val isFavourite: Boolean get() = entry?.let { shown -> history.any { it.isFavourite && it.isAbout(shown) } } ?: false
}

/** What outlives the process. A result that is not whole or not of this text does not. */
data class SavedState(val task: Task, val modelId: String?, val input: String, val result: Result?) {
    companion object {
        fun of(state: AppState): SavedState {
            val result = state.usable?.takeIf { it.text.length <= LONGEST_OUTPUT }
            return SavedState(state.task, state.modelId, state.input, result?.copy(texts = listOf(result.text), chosen = 0, figures = null))
        }

        // Android keeps some hundred thousand characters of an app.
        private const val LONGEST_OUTPUT = 100_000
    }
}
