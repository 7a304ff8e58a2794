package dev.litetransformer.demo.state

import dev.litetransformer.demo.model.Answer
import dev.litetransformer.demo.model.HistoryEntry
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class NotesTest {
    private val effects = Recorder()
    private val machine = machine(effects)
    private val history get() = machine.state.history

    private fun translate(text: String) {
        machine.type(text)
        machine.due(effects.scheduled.last())
        machine.answered(effects.answers.last().number, Answer("<$text>", 1), null)
    }

    private fun entry(text: String, isFavourite: Boolean = false) = HistoryEntry(text, "<$text>", listOf("en", "fr"), isFavourite)

    @Test
    fun keepsWhatWasUsedNotWhatWasTyped() {
        translate("Good")
        translate("Good morning")
        assertEquals(emptyList<HistoryEntry>(), history)
        machine.notes.remember()
        assertEquals(listOf(entry("Good morning")), history)
        translate("Good morning, Anna.")
        machine.notes.remember()
        assertEquals("the text has grown", listOf(entry("Good morning, Anna.")), history)
        machine.clear()
        assertEquals(1, history.size)
        assertEquals(history, effects.saved.last())
    }

    @Test
    fun keepsNothingWhenToldSo() {
        machine.change(machine.state.settings.copy(keepsHistory = false))
        translate("Hello.")
        machine.clear()
        assertEquals(emptyList<HistoryEntry>(), history)
    }

    @Test
    fun favouritesStay() {
        translate("Hello.")
        machine.notes.toggleFavourite()
        assertTrue(machine.state.isFavourite)
        translate("Hello. And more.")
        assertFalse(machine.state.isFavourite)
        machine.notes.remember()
        assertEquals(listOf(entry("Hello. And more."), entry("Hello.", isFavourite = true)), history)
        machine.notes.clear()
        assertEquals(listOf(entry("Hello.", isFavourite = true)), history)
        machine.notes.toggleFavourite(history.single())
        machine.notes.remove(history.single())
        assertEquals(emptyList<HistoryEntry>(), history)
    }

    @Test
    fun theOldestGo() {
        repeat(Notes.MOST_ENTRIES + 5) { number ->
            translate("Number $number.")
            machine.notes.remember()
        }
        assertEquals(Notes.MOST_ENTRIES, history.size)
        assertEquals("Number 5.", history.last().text)
    }

    @Test
    fun recallsATextInItsDirection() {
        translate("Hello.")
        machine.notes.remember()
        machine.chooseSource("de")
        machine.open(Sheet.History)
        machine.notes.recall(history.single())
        assertEquals("en-fr", machine.state.modelId)
        assertEquals("Hello.", effects.answers.last().query.text)
        assertEquals(null, machine.state.sheet)
    }
}
