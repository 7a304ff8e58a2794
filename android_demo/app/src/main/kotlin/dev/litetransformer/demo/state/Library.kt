package dev.litetransformer.demo.state

import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.ModelStore

/** The part of the [Machine] that knows which models there are. */
class Library internal constructor(private val machine: Machine, private val effects: Effects, private val languages: List<String>) {
    private val state get() = machine.state

    /** Reads which models there are. */
    fun list() {
        if (state.isListing) return
        machine.update { copy(isListing = true) }
        effects.list()
    }

    fun listed(found: ModelStore.Listing) {
        val failure = found.failures.firstOrNull()
        machine.update {
            val chosen = withModels(found.models).copy(isListing = false, isListed = true)
            when {
                failure != null -> chosen.copy(message = Message.of(failure.cause, failure.name), hasDetails = false)
                chosen.models.isEmpty() -> chosen.copy(message = Message.NoModel)
                else -> chosen
            }
        }
        machine.resume()
    }

    /**
     * Adds a model that the user chose, and chooses it: after what is going on, and never instead of it.
     *
     * @param documentName what it is called until its own name is known.
     * @param find gives its name and its bytes, on the background thread.
     */
    fun add(documentName: String, find: () -> ModelStore.Packed) {
        machine.dropAnswer()
        machine.update { copy(adding = 0, message = null, sheet = null) }
        effects.add(documentName, find)
    }

    fun progressed(percent: Int) {
        if (state.adding != null) machine.update { copy(adding = percent) }
    }

    fun added(entry: ModelEntry, found: ModelStore.Listing) {
        machine.update { withModels(found.models).copy(adding = null, isListed = true) }
        if (entry.id == state.modelId) machine.update { copy(result = null) }
        machine.choose(entry)
        if (entry.id == state.modelId) machine.resume()
    }

    /** Asks whether a model shall really go. */
    fun askToRemove(model: ModelEntry) {
        if (!model.isBuiltIn) machine.open(Sheet.Removal(model))
    }

    /** The user said yes. */
    fun remove(model: ModelEntry) {
        if (model.isBuiltIn) return
        machine.dropAnswer()
        machine.update { copy(sheet = null, isListing = true, result = result.takeIf { it?.query?.modelId != model.id }) }
        effects.remove(model)
    }

    fun failed(message: Message) = machine.update {
        copy(isListing = false, adding = null, message = message, hasDetails = false)
    }

    internal fun stop() {
        if (state.isListing || state.adding != null) effects.stopLibrary()
    }

    /** The state with other models. The choice stays where it can; with no model of the task, the first model's task is chosen. */
    private fun AppState.withModels(all: List<ModelEntry>): AppState {
        val found = all.filter { only == null || it.task == only }
        val ofTask = found.filter { it.task == task }
        val kept = found.firstOrNull { it.id == modelId } ?: fittest(ofTask) ?: fittest(found)
        return copy(models = found, task = kept?.task ?: task, modelId = kept?.id)
    }

    /** The first model that reads the best known language there is, and of these one that writes a language which the user reads, if there is one. */
    private fun fittest(models: List<ModelEntry>): ModelEntry? =
        (languages + FIRST_SOURCE).firstNotNullOfOrNull { known -> models.filter { it.source == known }.minByOrNull { (languages + it.target).indexOf(it.target) } }
            ?: models.firstOrNull()

    private companion object {
        /** Language from which a phone that knows nothing of its user translates. */
        const val FIRST_SOURCE = "en"
    }
}
