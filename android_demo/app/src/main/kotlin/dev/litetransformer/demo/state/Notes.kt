package dev.litetransformer.demo.state

import dev.litetransformer.demo.model.HistoryEntry

/** The part of the [Machine] that keeps answers: those that were used or left standing, and favourites. */
class Notes internal constructor(private val machine: Machine, private val effects: Effects) {
    private val state get() = machine.state
    private var isLoaded = false

    fun loaded(entries: List<HistoryEntry>) {
        // What was kept while the file was read is newer.
        val newer = state.history
        val older = entries.filter { entry -> newer.none { it.isAbout(entry) } }
        isLoaded = true
        if (newer.isEmpty()) machine.update { copy(history = older) } else put(newer + older)
    }

    /** Keeps the answer on the screen, if there is a usable one: called when it was used, or something else takes its place. */
    fun remember() {
        val entry = state.entry ?: return
        if (state.settings.keepsHistory) add(entry.copy(isFavourite = state.isFavourite))
    }

    fun toggleFavourite() {
        val entry = state.entry ?: return
        add(entry.copy(isFavourite = !state.isFavourite))
    }

    fun toggleFavourite(entry: HistoryEntry) = put(state.history.map { if (it == entry) it.copy(isFavourite = !it.isFavourite) else it })

    fun remove(entry: HistoryEntry) = put(state.history - entry)

    /** Forgets everything but favourites. */
    fun clear() = put(state.history.filter { it.isFavourite })

    /** Brings a kept text back, in its direction if there is a model for it. */
    fun recall(entry: HistoryEntry) {
        remember()
        val fitting = state.models.filter { it.languages == entry.languages }
        val model = fitting.firstOrNull { it.id == state.modelId } ?: fitting.firstOrNull()
        machine.open(null)
        machine.clear()
        model?.let(machine::choose)
        machine.receive(entry.text)
    }

    private fun add(entry: HistoryEntry) {
        val first = state.history.firstOrNull()
        val isGrown = first != null && !first.isFavourite && first.languages == entry.languages && entry.text.startsWith(first.text)
        val others = (if (isGrown) state.history.drop(1) else state.history).filterNot { it.isAbout(entry) }
        put(listOf(entry) + others)
    }

    private fun put(entries: List<HistoryEntry>) {
        var others = 0
        val kept = entries.filter { it.isFavourite || ++others <= MOST_ENTRIES }
        machine.update { copy(history = kept) }
        if (isLoaded) effects.saveHistory(kept)
    }

    companion object {
        /** So many answers are kept beside the favourites. */
        const val MOST_ENTRIES: Int = 200
    }
}
