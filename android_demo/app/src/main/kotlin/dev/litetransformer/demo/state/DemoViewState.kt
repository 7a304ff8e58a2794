package dev.litetransformer.demo.state

import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.Search

/** What the background thread does. */
sealed interface Work {
    data object None : Work

    /** Reading which models there are. */
    data object Listing : Work

    /** @property percent that is written. */
    data class Adding(val percent: Int) : Work

    data class Answering(val isStopping: Boolean) : Work
}

/**
 * What an answer took.
 *
 * @property tokens that were made.
 * @property seconds from the first token's step to the last one's, the loading of the model not counted.
 * @property cutTokens tokens of the text that the model did not read.
 */
data class Figures(val tokens: Int, val seconds: Double, val modelBytes: Long, val cutTokens: Int) {
    val tokensPerSecond: Double get() = if (seconds > 0) tokens / seconds else 0.0
}

/** Everything that the screen shows. */
data class DemoViewState(
    val models: List<ModelEntry> = emptyList(),
    val task: Task = Task.TRANSLATION,
    val modelId: String? = null,
    val search: Search = Search.WIDE,
    val input: String = "",
    val output: String = "",
    val work: Work = Work.None,
    val figures: Figures? = null,
    val message: Message? = null,
) {
    val model: ModelEntry? get() = models.firstOrNull { it.id == modelId }
    val modelsOfTask: List<ModelEntry> get() = models.filter { it.task == task }

    /** The model that translates the other way, or null. */
    val reverseModel: ModelEntry? get() = model?.let { chosen -> models.firstOrNull { it.isReverseOf(chosen) } }
    val isIdle: Boolean get() = work == Work.None
    val isAnswering: Boolean get() = work is Work.Answering
    val canRun: Boolean get() = isIdle && model != null

    /** Whether there is something else than greedy search to choose. */
    val hasWideSearch: Boolean get() = model?.let { it.beamSize > 1 || it.task == Task.LANGUAGE_MODEL } ?: false

    /** Whether there is a text to copy, to share or to hand back. */
    val hasResult: Boolean get() = output.isNotEmpty() && !isAnswering

    /** The state with a model of that task: the one chosen before if it is of it, otherwise the first. */
    fun withTask(task: Task): DemoViewState {
        val kept = model?.takeIf { it.task == task } ?: models.firstOrNull { it.task == task }
        return copy(task = task, modelId = kept?.id)
    }

    /** The state with other models. The choice stays where it can; with no model of the task, the first model's task is chosen. */
    fun withModels(found: List<ModelEntry>): DemoViewState {
        val state = copy(models = found)
        val task = if (found.none { it.task == task }) found.firstOrNull()?.task ?: task else task
        return state.withTask(task)
    }
}

/** What outlives the process. */
data class SavedState(val task: Task, val modelId: String?, val search: Search, val input: String, val output: String) {
    companion object {
        fun of(state: DemoViewState): SavedState = SavedState(state.task, state.modelId, state.search, state.input, state.output.take(LONGEST_OUTPUT))

        // Android keeps some hundred thousand characters of an app.
        private const val LONGEST_OUTPUT = 100_000
    }
}
