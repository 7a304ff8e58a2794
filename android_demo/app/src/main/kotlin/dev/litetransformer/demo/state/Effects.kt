package dev.litetransformer.demo.state

import dev.litetransformer.demo.model.HistoryEntry
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.model.ModelStore

/** What the [Machine] asks of the world. Nothing blocks; what comes of it arrives later as calls of the machine, on the main thread. */
interface Effects {
    /** Calls [Machine.due] after a while. */
    fun schedule(number: Long, milliseconds: Long)

    /** Calls [Machine.partial], and in the end [Machine.answered] or [Machine.failed]. */
    fun answer(number: Long, model: ModelEntry, query: Query)

    /** Stops the answer that is made; it may still report. */
    fun stopAnswer()

    /** Loads a model and warms it up, before it is needed. */
    fun prepare(model: ModelEntry)

    /** Calls [Library.listed] or [Library.failed]. */
    fun list()

    /** Unpacks a download; calls [Library.progressed], and then [Library.added] or [Library.failed]. */
    fun add(documentName: String, find: () -> ModelStore.Packed)

    /** Deletes a model; calls [Library.listed] or [Library.failed]. */
    fun remove(model: ModelEntry)

    /** Stops listing and unpacking. */
    fun stopLibrary()

    /** May call [Machine.guessed]. */
    fun guess(text: String)

    /** May call [Machine.suggested]. */
    fun suggest(number: Long, model: ModelEntry, text: String)

    /** Calls [Notes.loaded]. */
    fun loadHistory()

    fun saveHistory(entries: List<HistoryEntry>)

    fun saveSettings(settings: Settings)
}
