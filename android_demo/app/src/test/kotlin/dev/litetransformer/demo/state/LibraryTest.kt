package dev.litetransformer.demo.state

import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.ModelStore
import java.io.IOException
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

class LibraryTest {
    private val effects = Recorder()

    private fun listing(vararg models: dev.litetransformer.demo.model.ModelEntry) = ModelStore.Listing(models.toList(), emptyList())

    @Test
    fun stopWorksWhileModelsAreListed() {
        val machine = Machine(effects)
        machine.start()
        assertTrue(machine.state.canStop)
        machine.stop()
        assertEquals(1, effects.stoppedLibrary)
        machine.library.failed(Message.Stopped)
        assertFalse(machine.state.canStop)
        assertEquals(Message.Stopped, machine.state.message)
        assertFalse("it can be looked for again", machine.state.isListed)
        machine.library.list()
        assertEquals(2, effects.listings)
    }

    @Test
    fun aPickedModelIsTakenWhileModelsAreListed() {
        val machine = Machine(effects)
        machine.start()
        machine.library.add("mine.ltpk") { error("not read here") }
        assertEquals(listOf("mine.ltpk"), effects.added)
        machine.library.listed(listing(*MODELS.toTypedArray()))
        assertEquals("it goes on", 0, machine.state.adding)
        machine.library.progressed(40)
        assertEquals(40, machine.state.adding)
        val added = model("es-en", isBuiltIn = false)
        machine.library.added(added, listing(*MODELS.toTypedArray(), added))
        assertEquals("es-en", machine.state.modelId)
        assertNull(machine.state.adding)
    }

    @Test
    fun aPickedModelStopsAnAnswer() {
        val machine = machine(effects)
        machine.type("Hello.")
        machine.due(effects.scheduled.last())
        machine.library.add("mine.ltpk") { error("not read here") }
        assertEquals(1, effects.stoppedAnswers)
        machine.library.failed(Message.NotABundle("mine.ltpk", "no"))
        assertEquals(Message.NotABundle("mine.ltpk", "no"), machine.state.message)
        assertEquals("en-fr", machine.state.modelId)
    }

    @Test
    fun aModelIsRemovedOnlyAfterAQuestion() {
        val mine = model("es-en", isBuiltIn = false)
        val machine = machine(effects, MODELS + mine)
        machine.library.askToRemove(MODELS[0])
        assertNull("that came with the app", machine.state.sheet)
        machine.choose(mine)
        machine.library.askToRemove(mine)
        assertEquals(Sheet.Removal(mine), machine.state.sheet)
        assertEquals(0, effects.removed.size)
        machine.library.remove(mine)
        assertEquals(listOf("es-en"), effects.removed)
        machine.library.listed(listing(*MODELS.toTypedArray()))
        assertEquals("en-fr", machine.state.modelId)
    }

    @Test
    fun saysWhatCannotBeRead() {
        val machine = Machine(effects)
        machine.start()
        machine.library.listed(ModelStore.Listing(MODELS, listOf(ModelStore.Failure("broken", IOException("no card")))))
        assertEquals(Message.Unreadable("broken", "no card"), machine.state.message)
        assertEquals("en-fr", machine.state.modelId)
        machine.library.listed(listing())
        assertEquals(Message.NoModel, machine.state.message)
        machine.type("Hello.")
        machine.run()
        assertEquals(Message.NoModel, machine.state.message)
    }

    @Test
    fun keepsTheChosenModelAndForgetsOneThatIsGone() {
        assertEquals("de-en", machine(effects, settings = Settings(modelId = "de-en")).state.modelId)
        val restored = SavedState(Task.TRANSLATION, "added/gone", "", null)
        assertEquals("en-fr", machine(effects, restored = restored).state.modelId)
        val machine = machine(effects, listOf(COMPLETER) + MODELS, settings = Settings(modelId = "en"), only = Task.TRANSLATION)
        assertEquals("only translations", "en-fr", machine.state.modelId)
    }

    @Test
    fun beginsWithWhatTheUserReadsAndWrites() {
        fun first(vararg languages: String, only: Task? = null) = machine(effects, MODELS + COMPLETER, languages = languages.toList(), only = only).state.modelId
        assertEquals("en-fr", first())
        assertEquals("fr-en", first("fr"))
        assertEquals("de-en", first("de", "fr"))
        assertEquals("the second language is one of the user's", "en-de", first("en", "de"))
        assertEquals("en-fr", first("en", "it"))
        assertEquals("no model reads Italian", "fr-en", first("it", "fr"))
        assertEquals("en-fr", first("it"))
        assertEquals("en", first("fr", only = Task.LANGUAGE_MODEL))
        assertEquals("en-de", machine(effects, settings = Settings(modelId = "en-de"), languages = listOf("fr")).state.modelId)
    }

    @Test
    fun theChosenModelIsLoadedBeforeItIsNeeded() {
        val machine = machine(effects)
        assertEquals(listOf("en-fr"), effects.prepared)
        machine.chooseTarget("de")
        assertEquals(listOf("en-fr", "en-de"), effects.prepared)
    }
}
